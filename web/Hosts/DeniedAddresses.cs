using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using Pinacle.Contracts;
using Pinacle.Web.Database;

namespace Pinacle.Web.Hosts;

/// <summary>What no pod may reach, whatever <c>network.allow</c> of its host opens: the hosts, Postgres, and what the operator adds. One list for all hosts: a pod cannot reach its own host anyway.</summary>
public sealed partial class DeniedAddresses(IServiceScopeFactory scopes, IConfiguration configuration, IOptions<HostsOptions> options, ILogger<DeniedAddresses> log)
{
    private static readonly TimeSpan ResolveWithin = TimeSpan.FromSeconds(5);

    // A name that does not resolve for a moment keeps the addresses that it had.
    private readonly ConcurrentDictionary<string, IReadOnlyList<string>> resolved = new(StringComparer.Ordinal);

    /// <summary>The list as it is now. Sockets and loopback are left out: no pod reaches those of another machine.</summary>
    public async Task<DenyList> Read(CancellationToken cancellationToken)
    {
        var names = new List<string>(options.Value.Deny);
        names.AddRange(Postgres(configuration.GetConnectionString("Pinacle")));
        await using (var scope = scopes.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<PinacleDb>();
            var hosts = await db.Hosts.Where(host => host.State != HostState.Retired).Select(host => host.Address).ToListAsync(cancellationToken);
            names.AddRange(hosts.Select(address => Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps ? uri.IdnHost : "").Where(name => name.Length > 0));
        }

        var addresses = await Task.WhenAll(names.Distinct(StringComparer.Ordinal).Select(name => Of(name, cancellationToken)));
        return new DenyList([.. addresses.SelectMany(one => one).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]);
    }

    /// <summary>The hosts of a connection string: names, <c>name:port</c>, sockets, with commas between.</summary>
    internal static IEnumerable<string> Postgres(string? connection) =>
        (new NpgsqlConnectionStringBuilder(connection).Host ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(host => host[0] is not ('/' or '@'))
            .Select(host => host[0] == '[' ? host[1..host.IndexOf(']', StringComparison.Ordinal)] : host.Count(sign => sign == ':') == 1 ? host[..host.IndexOf(':', StringComparison.Ordinal)] : host);

    private async Task<IReadOnlyList<string>> Of(string name, CancellationToken cancellationToken)
    {
        if (IPNetwork.TryParse(name, out _))
            return [name];
        if (IPAddress.TryParse(name, out var address))
            return Reachable([address]);
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        late.CancelAfter(ResolveWithin);
        try
        {
            return resolved[name] = Reachable(await Dns.GetHostAddressesAsync(name, late.Token));
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            Log.Unresolved(log, name, exception.Message);
            return resolved.GetValueOrDefault(name, []);
        }
    }

    // Pods have no IPv6, but podd takes its addresses, and an operator who reads the list sees that nothing was forgotten.
    private static List<string> Reachable(IEnumerable<IPAddress> addresses) =>
        [.. addresses.Select(address => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address)
            .Where(address => !IPAddress.IsLoopback(address) && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any))
            .Select(address => address.ToString())];

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "cannot resolve {Name}, which no pod may reach: {Reason}")]
        public static partial void Unresolved(ILogger logger, string name, string reason);
    }
}
