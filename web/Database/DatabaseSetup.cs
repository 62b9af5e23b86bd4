using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Pinacle.Web.Database;

/// <summary>Puts Postgres into the composition.</summary>
public static class DatabaseSetup
{
    public static void AddDatabase(this WebApplicationBuilder builder)
    {
        var connection = builder.Configuration.GetConnectionString("Pinacle");
        if (string.IsNullOrWhiteSpace(connection))
            throw new InvalidOperationException("cannot start: ConnectionStrings:Pinacle is not set (environment: ConnectionStrings__Pinacle)");
        builder.Services.AddSingleton(_ => NpgsqlDataSource.Create(connection));
        builder.Services.AddDbContextPool<PinacleDb>((services, options) =>
            options.UseNpgsql(services.GetRequiredService<NpgsqlDataSource>()).UseSnakeCaseNamingConvention());
        builder.Services.AddSingleton<DatabaseChanges>();
        builder.Services.AddHostedService(services => services.GetRequiredService<DatabaseChanges>());
    }

    internal static void Use(DbContextOptionsBuilder options, string connection) =>
        options.UseNpgsql(connection).UseSnakeCaseNamingConvention();

    /// <summary><c>web migrate</c>: brings the database up to date.</summary>
    public static async Task<int> Migrate(IServiceProvider services, CancellationToken cancellationToken)
    {
        await using var scope = services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<PinacleDb>().Database.MigrateAsync(cancellationToken);
        return 0;
    }
}
