using Npgsql;

namespace Pinacle.Web.Api;

/// <summary><c>GET /health</c>: whether web can do its work. No names and no numbers that a stranger could use.</summary>
public sealed class Health(NpgsqlDataSource database)
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(3);

    public async Task<IResult> Answer(CancellationToken cancellationToken)
    {
        var (databaseUp, hosts, alerts, failedJobs) = await Look(cancellationToken);
        var healthy = databaseUp && hosts;
        return Results.Json(
            new
            {
                status = Word(healthy),
                checks = new { database = Word(databaseUp), hosts = hosts && alerts ? "alerts" : Word(hosts), bucket = "unused", jobs = databaseUp ? failedJobs ? "failing" : Word(true) : Word(false) },
            },
            statusCode: healthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private static string Word(bool healthy) => healthy ? "healthy" : "unhealthy";

    private async Task<(bool Database, bool Hosts, bool Alerts, bool FailedJobs)> Look(CancellationToken cancellationToken)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        late.CancelAfter(Within);
        try
        {
            await using var command = database.CreateCommand("""
                SELECT EXISTS (SELECT 1 FROM hosts WHERE state IN ('active', 'draining') AND report IS NOT NULL),
                       EXISTS (SELECT 1 FROM hosts WHERE state IN ('active', 'draining') AND jsonb_array_length(report -> 'alerts') > 0),
                       EXISTS (SELECT 1 FROM jobs WHERE state = 'failed' AND finished_at > now() - interval '1 hour')
                """);
            await using var reader = await command.ExecuteReaderAsync(late.Token);
            await reader.ReadAsync(late.Token);
            return (true, reader.GetBoolean(0), reader.GetBoolean(1), reader.GetBoolean(2));
        }
        catch (Exception exception) when (exception is NpgsqlException or OperationCanceledException or TimeoutException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return (false, false, false, false);
        }
    }
}
