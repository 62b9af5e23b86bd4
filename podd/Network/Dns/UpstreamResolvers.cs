using System.Net;
using Microsoft.Extensions.Options;

namespace Pinacle.Podd.Network.Dns;

/// <summary>Whom the forwarder asks: the configured resolvers, or those of the host.</summary>
public sealed class UpstreamResolvers
{
    private const int Port = 53;
    private const string HostFile = "/etc/resolv.conf";

    // The stub of systemd-resolved also tells names of the host's /etc/hosts, which are not for pods; this file has what is behind the stub.
    private const string BehindStub = "/run/systemd/resolve/resolv.conf";
    private const string Stub = "127.0.0.53";

    private readonly IReadOnlyList<IPEndPoint>? _fixed;
    private readonly string _own;
    private (DateTime Written, IReadOnlyList<IPEndPoint> Resolvers) _host = (DateTime.MinValue, []);

    public UpstreamResolvers(IOptions<NetworkOptions> options)
    {
        _own = options.Value.Resolver;
        if (options.Value.Dns.Upstream.Count > 0)
            _fixed = [.. options.Value.Dns.Upstream.Select(IPEndPoint.Parse).Select(e => e.Port == 0 ? new IPEndPoint(e.Address, Port) : e)];
    }

    /// <summary>In the order in which to ask them. The host's file is read again when it changed: hosts move between networks.</summary>
    public IReadOnlyList<IPEndPoint> Current()
    {
        if (_fixed is not null)
            return _fixed;
        var written = File.GetLastWriteTimeUtc(HostFile);
        if (written != _host.Written)
            _host = (written, Read());
        return _host.Resolvers;
    }

    /// <summary>The addresses on <c>nameserver</c> lines (resolv.conf(5)).</summary>
    internal static IEnumerable<IPAddress> Parse(IEnumerable<string> lines) =>
        from line in lines
        let words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)
        where words is ["nameserver", _, ..]
        let address = IPAddress.TryParse(words[1], out var parsed) ? parsed : null
        where address is not null
        select address;

    private List<IPEndPoint> Read()
    {
        if (!File.Exists(HostFile))
            return [];
        var resolvers = Parse(File.ReadLines(HostFile)).ToList();
        if (resolvers.Exists(a => string.Equals(a.ToString(), Stub, StringComparison.Ordinal)) && File.Exists(BehindStub))
            resolvers = Parse(File.ReadLines(BehindStub)).ToList();
        return [.. resolvers.Where(a => !string.Equals(a.ToString(), _own, StringComparison.Ordinal)).Select(a => new IPEndPoint(a, Port))];
    }
}
