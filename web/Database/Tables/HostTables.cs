using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Pinacle.Web.Hosts;

namespace Pinacle.Web.Database.Tables;

/// <summary>Hosts and the tokens they join with.</summary>
internal sealed class HostTables : IEntityTypeConfiguration<PodHost>, IEntityTypeConfiguration<JoinToken>
{
    public void Configure(EntityTypeBuilder<PodHost> builder)
    {
        builder.ToTable("hosts");
        builder.Property(host => host.Name).HasMaxLength(63);
        builder.Property(host => host.Address).HasMaxLength(512);
        builder.Property(host => host.CertificateSha256).HasMaxLength(64);
        builder.Property(host => host.Contract).HasMaxLength(16);
        builder.Property(host => host.Capacity).IsJson();
        builder.Property(host => host.Report).IsJson();
        builder.HasIndex(host => host.Name).IsUnique();
    }

    public void Configure(EntityTypeBuilder<JoinToken> builder)
    {
        builder.ToTable("join_tokens");
        builder.HasOne(token => token.Host).WithMany().HasForeignKey(token => token.HostId).OnDelete(DeleteBehavior.SetNull);
        builder.HasIndex(token => token.TokenHash).IsUnique();
    }
}
