using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Pinacle.Web.Accounts;
using Pinacle.Web.Hosts;
using Pinacle.Web.Jobs;
using Pinacle.Web.Pods;

namespace Pinacle.Web.Database;

/// <summary>Everything that Postgres keeps for web. The tables are described in <c>Database/Tables</c>.</summary>
public sealed class PinacleDb(DbContextOptions<PinacleDb> options) : DbContext(options), IDataProtectionKeyContext
{
    public DbSet<User> Users => Set<User>();

    public DbSet<Team> Teams => Set<Team>();

    public DbSet<TeamMember> TeamMembers => Set<TeamMember>();

    public DbSet<Session> Sessions => Set<Session>();

    public DbSet<SignInLink> SignInLinks => Set<SignInLink>();

    public DbSet<HandoverCode> HandoverCodes => Set<HandoverCode>();

    public DbSet<ShareLink> ShareLinks => Set<ShareLink>();

    public DbSet<ApiToken> ApiTokens => Set<ApiToken>();

    public DbSet<SigningKey> SigningKeys => Set<SigningKey>();

    public DbSet<PodHost> Hosts => Set<PodHost>();

    public DbSet<JoinToken> JoinTokens => Set<JoinToken>();

    public DbSet<Pod> Pods => Set<Pod>();

    public DbSet<Service> Services => Set<Service>();

    public DbSet<PodEvent> PodEvents => Set<PodEvent>();

    public DbSet<Job> Jobs => Set<Job>();

    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) =>
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(PinacleDb).Assembly);

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        AsWord<Contracts.PodState>(configurationBuilder);
        AsWord<PodIntent>(configurationBuilder);
        AsWord<ServiceAccess>(configurationBuilder);
        AsWord<ServiceHostName>(configurationBuilder);
        AsWord<PodEventKind>(configurationBuilder);
        AsWord<HostState>(configurationBuilder);
        AsWord<TeamRole>(configurationBuilder);
        AsWord<JobState>(configurationBuilder);
        AsWord<JobLane>(configurationBuilder);
    }

    /// <summary>Enums stand in the tables as the words that stand in JSON.</summary>
    private static void AsWord<TEnum>(ModelConfigurationBuilder builder)
        where TEnum : struct, Enum => builder.Properties<TEnum>().HaveConversion<WordConverter<TEnum>>().HaveMaxLength(32);
}
