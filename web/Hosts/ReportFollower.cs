using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using Pinacle.Web.Database;

namespace Pinacle.Web.Hosts;

/// <summary>Follows the reports of every host that takes part. Each copy of web does; the database takes what is newer.</summary>
public sealed partial class ReportFollower(IServiceScopeFactory scopes, PoddClients podds, DenyUpkeep deny, IOptions<HostsOptions> options, TimeProvider time, ILogger<ReportFollower> log, DatabaseChanges changes)
    : BackgroundService
{
    private readonly Dictionary<Guid, (CancellationTokenSource Stop, Task Task)> following = [];
    private readonly SemaphoreSlim wake = new(0);

    public override void Dispose()
    {
        wake.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = changes.Subscribe(DatabaseChannels.Routes, said => { if (said.StartsWith("hosts:", StringComparison.Ordinal)) wake.Release(); }, () => wake.Release());
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Refresh(stoppingToken);
                await wake.WaitAsync(options.Value.RefreshEvery, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception exception) when (exception is NpgsqlException or TimeoutException or InvalidOperationException { InnerException: NpgsqlException })
            {
                Log.CannotRead(log, exception.Message);
                await Task.Delay(options.Value.FollowAgainAfter, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await Task.WhenAll(following.Values.Select(one => one.Task));
    }

    private async Task Refresh(CancellationToken stoppingToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<PinacleDb>();
        var ids = await db.Hosts.Where(host => host.State != HostState.Retired).Select(host => host.Id).ToListAsync(stoppingToken);
        foreach (var id in ids.Where(id => !following.ContainsKey(id)))
        {
            var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            following[id] = (stop, Task.Run(() => Follow(id, stop.Token), CancellationToken.None));
        }

        foreach (var gone in following.Keys.Except(ids).ToList())
        {
            following.Remove(gone, out var one);
            await one.Stop.CancelAsync();
            await one.Task;
            one.Stop.Dispose();
        }
    }

    private async Task Follow(Guid hostId, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await FollowOnce(hostId, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // Whatever broke (podd away, database away, a line that cannot be read): say it, and follow again.
                Log.Broke(log, hostId, exception.Message);
            }
            finally
            {
                deny.Lost(hostId);
            }

            await NoticeSilence(hostId, cancellationToken);
            await Task.Delay(options.Value.FollowAgainAfter, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task FollowOnce(Guid hostId, CancellationToken cancellationToken)
    {
        var podd = await podds.Of(hostId, cancellationToken);
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        silence.CancelAfter(options.Value.DownAfter);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var (connected, complete) = (false, false);
        await foreach (var line in podd.Reports(silence.Token))
        {
            silence.CancelAfter(options.Value.DownAfter);
            if (!connected)
                deny.Connected(hostId);
            connected = true;
            await using var scope = scopes.CreateAsyncScope();
            var reports = scope.ServiceProvider.GetRequiredService<ReportWriter>();
            if (line.Pod is { } pod)
            {
                if (!complete)
                    seen.Add(pod.Id);
                await reports.Write(hostId, pod, cancellationToken);
            }
            else if (line.Host is { } host)
            {
                await reports.Write(hostId, host, cancellationToken);
            }
            else if (line.Complete)
            {
                complete = true;
                await reports.Complete(hostId, seen, cancellationToken);
            }
            else if (line.Removed is { } removed)
            {
                await reports.Removed(hostId, removed, cancellationToken);
            }
            else
            {
                await reports.Heard(hostId, cancellationToken);
            }
        }
    }

    private async Task NoticeSilence(Guid hostId, CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<ReportWriter>().NoticeSilence(hostId, cancellationToken);
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException or OperationCanceledException or InvalidOperationException)
        {
            Log.Broke(log, hostId, exception.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "cannot read the list of hosts, trying again: {Reason}")]
        public static partial void CannotRead(ILogger logger, string reason);

        [LoggerMessage(2, LogLevel.Warning, "cannot follow host {Host}, trying again: {Reason}")]
        public static partial void Broke(ILogger logger, Guid host, string reason);
    }
}
