using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Pinacle.Web.Jobs;

namespace Pinacle.Web.Database.Tables;

/// <summary>The queue. Its indexes hold only what is unfinished, so that history does not slow a claim.</summary>
internal sealed class JobTable : IEntityTypeConfiguration<Job>
{
    public void Configure(EntityTypeBuilder<Job> builder)
    {
        builder.ToTable("jobs");
        builder.Property(job => job.Kind).HasMaxLength(64);
        builder.Property(job => job.Payload).HasColumnType("jsonb");
        builder.Property(job => job.ClaimedBy).HasMaxLength(128);
        builder.Property(job => job.DedupeKey).HasMaxLength(200);
        builder.HasIndex(job => new { job.Priority, job.RunAfter, job.Id }).IsDescending(true, false, false)
            .HasDatabaseName("ix_jobs_ready").HasFilter("state = 'ready'");
        builder.HasIndex(job => job.LeasedUntil).HasDatabaseName("ix_jobs_claimed").HasFilter("state = 'claimed'");
        builder.HasIndex(job => new { job.PodId, job.Lane, job.Id }).HasDatabaseName("ix_jobs_pod_lane")
            .HasFilter("state in ('ready', 'claimed')");
        builder.HasIndex(job => job.DedupeKey).IsUnique().HasDatabaseName("ux_jobs_dedupe_key")
            .HasFilter("dedupe_key is not null and state in ('ready', 'claimed')");
        builder.HasIndex(job => job.FinishedAt);
    }
}
