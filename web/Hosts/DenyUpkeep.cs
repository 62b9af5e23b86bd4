using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Npgsql;
using Pinacle.Contracts;
using Pinacle.Web.Database;

namespace Pinacle.Web.Hosts;

/// <summary>Keeps every host's list of what no pod may reach current: sent when web connects to the host, and whenever the list changes. Each copy of web does; the list is the same.</summary>
public sealed partial class DenyUpkeep(DeniedAddresses denied, PoddClients podds, DatabaseChanges changes, IOptions<HostsOptions> options, TimeProvider time, ILogger<DenyUpkeep> log) : BackgroundService
{
    // What each connected host has taken; null until it has.
    private readonly ConcurrentDictionary<Guid, string?> taken = new();
    private readonly ConcurrentDictionary<Guid, string> troubles = new();
    private readonly Channel<bool> wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>A host is there, perhaps anew: it is sent the list.</summary>
    public void Connected(Guid hostId)
    {
        taken[hostId] = null;
        wake.Writer.TryWrite(true);
    }

    /// <summary>A host is not there any more.</summary>
    public void Lost(Guid hostId) => taken.TryRemove(hostId, out _);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = changes.Subscribe(DatabaseChannels.Routes, said => { if (said.StartsWith("hosts:", StringComparison.Ordinal)) wake.Writer.TryWrite(true); }, () => wake.Writer.TryWrite(true));
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Task.WhenAny(wake.Reader.WaitToReadAsync(stoppingToken).AsTask(), Task.Delay(options.Value.RefreshEvery, time, stoppingToken));
                wake.Reader.TryRead(out _);
                await Send(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (exception is NpgsqlException or TimeoutException or InvalidOperationException { InnerException: NpgsqlException })
            {
                Log.CannotRead(log, exception.Message);
            }
        }
    }

    private async Task Send(CancellationToken cancellationToken)
    {
        if (taken.IsEmpty)
            return;
        var list = await denied.Read(cancellationToken);
        var content = string.Join(' ', list.Addresses);
        await Task.WhenAll(taken.Where(host => !string.Equals(host.Value, content, StringComparison.Ordinal)).Select(host => Send(host.Key, host.Value, list, content, cancellationToken)));
    }

    // A host that does not take it is tried again with the next round; a host that came anew meanwhile, too.
    private async Task Send(Guid hostId, string? before, DenyList list, string content, CancellationToken cancellationToken)
    {
        try
        {
            await (await podds.Of(hostId, cancellationToken)).Deny(list, cancellationToken);
            taken.TryUpdate(hostId, content, before);
            troubles.TryRemove(hostId, out _);
        }
        catch (FaultException exception)
        {
            if (!troubles.TryGetValue(hostId, out var known) || known != exception.Message)
                Log.Refused(log, hostId, exception.Message);
            troubles[hostId] = exception.Message;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "cannot read what no pod may reach, trying again: {Reason}")]
        public static partial void CannotRead(ILogger logger, string reason);

        [LoggerMessage(2, LogLevel.Warning, "cannot tell host {Host} what no pod may reach, trying again: {Reason}")]
        public static partial void Refused(ILogger logger, Guid host, string reason);
    }
}
