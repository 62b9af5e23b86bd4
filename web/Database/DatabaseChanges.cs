using System.Collections.Immutable;
using Npgsql;

namespace Pinacle.Web.Database;

/// <summary>Hears, on one connection of its own, what Postgres tells after each commit, and passes it on. What was said while the connection was down is lost: subscribers look for themselves when told so.</summary>
public sealed partial class DatabaseChanges(NpgsqlDataSource database, TimeProvider time, ILogger<DatabaseChanges> log) : BackgroundService
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(2);
    private ImmutableArray<Subscription> subscriptions = [];
    private DateTimeOffset? downSince = time.GetUtcNow();

    /// <summary>Since when nothing can be heard; null while all is well.</summary>
    public DateTimeOffset? DownSince => downSince;

    /// <summary>Calls <paramref name="changed"/> with each payload of a channel, and <paramref name="lost"/> whenever something may have been missed. Both must return at once.</summary>
    public IDisposable Subscribe(string channel, Action<string> changed, Action lost)
    {
        var subscription = new Subscription(this, channel, changed, lost);
        ImmutableInterlocked.Update(ref subscriptions, all => all.Add(subscription));
        return subscription;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Listen(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (exception is NpgsqlException or IOException or TimeoutException)
            {
                downSince ??= time.GetUtcNow();
                Log.Lost(log, exception.Message);
                await Task.Delay(Again, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task Listen(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        connection.Notification += (_, said) => Tell(said.Channel, said.Payload);
        await using (var listen = connection.CreateCommand())
        {
            listen.CommandText = $"LISTEN {DatabaseChannels.Routes}; LISTEN {DatabaseChannels.Pods}; LISTEN {DatabaseChannels.Hosts}; LISTEN {DatabaseChannels.Jobs}";
            await listen.ExecuteNonQueryAsync(cancellationToken);
        }

        downSince = null;
        foreach (var subscription in subscriptions)
            subscription.Lost();
        while (true)
        {
            if (await connection.WaitAsync(Silence, cancellationToken))
                continue;

            // A dead peer never says so by itself: after a silence, ask it something.
            await using var alive = connection.CreateCommand();
            alive.CommandText = "SELECT 1";
            alive.CommandTimeout = 3;
            await alive.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private void Tell(string channel, string payload)
    {
        foreach (var subscription in subscriptions)
        {
            if (string.Equals(subscription.Channel, channel, StringComparison.Ordinal))
                subscription.Changed(payload);
        }
    }

    private sealed record Subscription(DatabaseChanges Changes, string Channel, Action<string> Changed, Action Lost) : IDisposable
    {
        public void Dispose() => ImmutableInterlocked.Update(ref Changes.subscriptions, all => all.Remove(this));
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "cannot hear changes from the database, trying again: {Reason}")]
        public static partial void Lost(ILogger logger, string reason);
    }
}
