using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Pinacle.Web.Accounts;
using Pinacle.Web.Pods;

namespace Pinacle.Web.Database.Tables;

/// <summary>Pods, their services and what happened to them.</summary>
internal sealed class PodTables :
    IEntityTypeConfiguration<Pod>,
    IEntityTypeConfiguration<Service>,
    IEntityTypeConfiguration<PodEvent>
{
    public void Configure(EntityTypeBuilder<Pod> builder)
    {
        builder.ToTable("pods");
        builder.Property(pod => pod.Name).HasMaxLength(20);
        builder.Property(pod => pod.Tier).HasMaxLength(32);
        builder.Property(pod => pod.Image).HasMaxLength(63);
        builder.Property(pod => pod.InternalIp).HasMaxLength(45);
        builder.Property(pod => pod.GithubRepo).HasMaxLength(2048);
        builder.Property(pod => pod.Branch).HasMaxLength(255);
        builder.Property(pod => pod.SpecHash).HasMaxLength(64);
        builder.Property(pod => pod.Config).IsJson();
        builder.Property(pod => pod.Fault).IsJson();
        builder.Property(pod => pod.Report).IsJson();
        builder.HasIndex(pod => new { pod.OwnerId, pod.Name }).IsUnique();
        builder.HasOne(pod => pod.Owner).WithMany().HasForeignKey(pod => pod.OwnerId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne(pod => pod.Host).WithMany().HasForeignKey(pod => pod.HostId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<Team>().WithMany().HasForeignKey(pod => pod.TeamId).OnDelete(DeleteBehavior.SetNull);
        builder.HasMany(pod => pod.Services).WithOne().HasForeignKey(service => service.PodId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<Service> builder)
    {
        builder.ToTable("services");
        builder.Property(service => service.Name).HasMaxLength(15);
        builder.Property(service => service.Run).HasMaxLength(4096);
        builder.Property(service => service.Directory).HasMaxLength(1024);
        builder.HasIndex(service => new { service.PodId, service.Name }).IsUnique();
    }

    public void Configure(EntityTypeBuilder<PodEvent> builder)
    {
        builder.ToTable("pod_events");
        builder.Property(line => line.Id).UseIdentityAlwaysColumn();
        builder.Property(line => line.Run).HasMaxLength(64);
        builder.Property(line => line.Message).HasMaxLength(8192);
        builder.Property(line => line.Data).IsJson();
        builder.HasIndex(line => new { line.PodId, line.Run, line.Seq }).IsUnique();
        builder.HasIndex(line => new { line.PodId, line.Id });
        builder.HasOne<Pod>().WithMany().HasForeignKey(line => line.PodId).OnDelete(DeleteBehavior.Cascade);
    }
}
