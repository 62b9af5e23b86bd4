using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Pinacle.Web.Accounts;
using Pinacle.Web.Pods;

namespace Pinacle.Web.Database.Tables;

/// <summary>People, teams, and their ways in.</summary>
internal sealed class AccountTables :
    IEntityTypeConfiguration<User>,
    IEntityTypeConfiguration<Team>,
    IEntityTypeConfiguration<TeamMember>,
    IEntityTypeConfiguration<Session>,
    IEntityTypeConfiguration<SignInLink>,
    IEntityTypeConfiguration<HandoverCode>,
    IEntityTypeConfiguration<ShareLink>,
    IEntityTypeConfiguration<ApiToken>,
    IEntityTypeConfiguration<SigningKey>,
    IEntityTypeConfiguration<DataProtectionKey>
{
    public void Configure(EntityTypeBuilder<User> builder)
    {
        builder.ToTable("users");
        builder.Property(user => user.Slug).HasMaxLength(26);
        builder.Property(user => user.Email).HasMaxLength(320);
        builder.Property(user => user.GithubUsername).HasMaxLength(39);
        builder.HasIndex(user => user.Slug).IsUnique();
        builder.HasIndex(user => user.GithubId).IsUnique();
    }

    public void Configure(EntityTypeBuilder<Team> builder)
    {
        builder.ToTable("teams");
        builder.Property(team => team.Name).HasMaxLength(60);
        builder.HasIndex(team => team.Name).IsUnique();
        builder.HasOne<User>().WithMany().HasForeignKey(team => team.OwnerId).OnDelete(DeleteBehavior.Restrict);
    }

    public void Configure(EntityTypeBuilder<TeamMember> builder)
    {
        builder.ToTable("team_members");
        builder.HasKey(member => new { member.TeamId, member.UserId });
        builder.HasOne<Team>().WithMany().HasForeignKey(member => member.TeamId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<User>().WithMany().HasForeignKey(member => member.UserId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<Session> builder)
    {
        builder.ToTable("sessions");
        builder.Property(session => session.UserAgent).HasMaxLength(300);
        builder.HasOne(session => session.User).WithMany().HasForeignKey(session => session.UserId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<SignInLink> builder)
    {
        builder.ToTable("sign_in_links");
        builder.HasIndex(link => link.TokenHash).IsUnique();
        builder.HasOne<User>().WithMany().HasForeignKey(link => link.UserId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<HandoverCode> builder)
    {
        builder.ToTable("handover_codes");
        builder.Property(code => code.Label).HasMaxLength(63);
        builder.Property(code => code.ReturnPath).HasMaxLength(8192);
        builder.HasIndex(code => code.CodeHash).IsUnique();
        builder.HasIndex(code => code.ExpiresAt);
        builder.HasOne<Session>().WithMany().HasForeignKey(code => code.SessionId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<ShareLink> builder)
    {
        builder.ToTable("share_links");
        builder.HasIndex(link => link.TokenHash).IsUnique();
        builder.HasOne<Service>().WithMany().HasForeignKey(link => link.ServiceId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<User>().WithMany().HasForeignKey(link => link.CreatedById).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<ApiToken> builder)
    {
        builder.ToTable("api_tokens");
        builder.Property(token => token.Name).HasMaxLength(60);
        builder.HasOne(token => token.User).WithMany().HasForeignKey(token => token.UserId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<SigningKey> builder)
    {
        builder.ToTable("signing_keys");
        builder.Property(key => key.Id).HasMaxLength(32);
    }

    public void Configure(EntityTypeBuilder<DataProtectionKey> builder) => builder.ToTable("data_protection_keys");
}
