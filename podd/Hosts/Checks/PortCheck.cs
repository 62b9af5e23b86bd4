using System.Net;
using Pinacle.Podd.Linux;
using Pinacle.Podd.Network;

namespace Pinacle.Podd.Hosts.Checks;

/// <summary>Whether podd's ports are free, or podd's already.</summary>
internal sealed class PortCheck(PoddOptions options, AddressPlan plan) : IHostCheck
{
    private const int DnsPort = 53;

    public string Name => "ports";

    public Task<IReadOnlyList<Finding>> Look(CancellationToken cancellationToken)
    {
        var dns = new IPEndPoint(IPAddress.Parse(plan.Resolver), DnsPort);
        return Task.FromResult<IReadOnlyList<Finding>>(
        [
            Judge("port", IPEndPoint.Parse(options.Listen), Listeners.All(udp: false), Holder, "set another option listen"),
            Judge("DNS for pods at", dns, Listeners.All(udp: false), Holder, "let it listen on its own addresses only"),
            Judge("DNS for pods at", dns, Listeners.All(udp: true), Holder, "let it listen on its own addresses only", "udp"),
        ]);
    }

    /// <summary>Looks at one place.</summary>
    /// <param name="what">What podd wants it for.</param>
    /// <param name="endpoint">Where.</param>
    /// <param name="listeners">Who is there.</param>
    /// <param name="holder">The process that holds a socket, as (id, name); null when it cannot be seen.</param>
    /// <param name="otherwise">What else can be done than to stop it.</param>
    /// <param name="protocol">For the sentence.</param>
    internal static Finding Judge(string what, IPEndPoint endpoint, IReadOnlyList<Listener> listeners, Func<long, (int Process, string Program)?> holder, string otherwise, string protocol = "tcp")
    {
        if (listeners.FirstOrDefault(listener => listener.Takes(endpoint)) is not { } taken)
            return Finding.Ok($"{what} {endpoint}/{protocol} is free");
        return holder(taken.Inode) switch
        {
            (var process, "podd") => Finding.Ok($"{what} {endpoint}/{protocol} is podd's (process {process})"),
            var (process, program) => Finding.Fail($"{what} {endpoint}/{protocol} is taken by {program} (process {process})", $"stop {program}, or {otherwise}"),
            null => Finding.Fail($"{what} {endpoint}/{protocol} is taken", $"find who listens there (ss -lp), or {otherwise}"),
        };
    }

    private static (int Process, string Program)? Holder(long inode)
    {
        if (Listeners.Holders(inode) is not [var process, ..])
            return null;
        var words = CommandLine.Of(process);
        // Run by dotnet, as tests do, it is podd.dll that counts.
        return (process, words.Any(word => Path.GetFileNameWithoutExtension(word) == "podd") ? "podd" : Path.GetFileName(words.FirstOrDefault() ?? "?"));
    }
}
