using Microsoft.EntityFrameworkCore;
using Npgsql;
using Pinacle.Web.Database;
using Pinacle.Web.Tests.Stand;
using Xunit;

namespace Pinacle.Web.Tests.Database;

public sealed class MigrationsTests
{
    [Fact]
    public async Task A_database_from_the_migrations_equals_the_model()
    {
        var cluster = await PostgresCluster.Shared;
        var migrated = await cluster.MakeDatabase();
        var created = await cluster.MakeDatabase();
        await using (var db = Open(migrated))
        {
            Assert.False(db.Database.HasPendingModelChanges());
            await db.Database.MigrateAsync();
        }

        await using (var db = Open(created))
            await db.Database.EnsureCreatedAsync();
        Assert.Equal(await Describe(created), await Describe(migrated));
    }

    [Fact]
    public async Task Migrating_twice_changes_nothing()
    {
        var cluster = await PostgresCluster.Shared;
        await using var db = Open(await cluster.MakeDatabase());
        await db.Database.MigrateAsync();
        await db.Database.MigrateAsync();
        Assert.Empty(await db.Database.GetPendingMigrationsAsync());
    }

    private static PinacleDb Open(string connection)
    {
        var options = new DbContextOptionsBuilder<PinacleDb>();
        DatabaseSetup.Use(options, connection);
        return new PinacleDb(options.Options);
    }

    private static async Task<List<string>> Describe(string connection)
    {
        await using var open = new NpgsqlConnection(connection);
        await open.OpenAsync();
        await using var command = open.CreateCommand();
        command.CommandText = """
            SELECT format('%s.%s %s %s %s', table_name, column_name, data_type, is_nullable, character_maximum_length) FROM information_schema.columns
            WHERE table_schema = 'public' AND table_name <> '__EFMigrationsHistory'
            UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> '__EFMigrationsHistory'
            UNION ALL SELECT format('%s %s', conname, pg_get_constraintdef(oid)) FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid <> coalesce(to_regclass('"__EFMigrationsHistory"'), 0)
            ORDER BY 1
            """;
        var lines = new List<string>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            lines.Add(reader.GetString(0));
        return lines;
    }
}
