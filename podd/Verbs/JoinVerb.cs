using Pinacle.Contracts;
using Pinacle.Podd.Hosts;

namespace Pinacle.Podd.Verbs;

/// <summary><c>podd join</c>.</summary>
internal static class JoinVerb
{
    public static Verb Verb { get; } = new("join", "makes this host one of web's", Run)
    {
        Operands = ["URL"],
        Options =
        [
            new VerbOption("token", "T", "the one-time token from web's Hosts page (or web join-token)", Required: true),
            new VerbOption("pin", "sha256:HEX", "the hash of web's certificate; without it the machine's authorities must know it"),
            new VerbOption("name", "N", "how web calls this host (default: option name)"),
            new VerbOption("address", "A", "where web reaches podd (default: https://NAME:PORT of option listen)"),
        ],
        More = """
            podd must be running: web calls back before it takes the host. Each side pins the other's
            certificate. The token holds for 15 minutes and for one host.
            """,
    };

    private static async Task<int> Run(Invocation invocation, CancellationToken cancellationToken)
    {
        var options = PoddConfiguration.Read(invocation.Maybe("config")).Options;
        if (!Uri.TryCreate(invocation.Operands[0], UriKind.Absolute, out var site) || site.Scheme is not ("https" or "http"))
            throw new UsageException($"cannot join \"{invocation.Operands[0]}\": it is not an address such as https://pinacle.example.org");
        var identity = new HostIdentity(options, TimeProvider.System);
        var enrolled = await Join.Send(
            site,
            invocation.Maybe("pin"),
            new HostEnrolment
            {
                Token = invocation["token"],
                Name = invocation.Maybe("name") ?? options.Name,
                Address = invocation.Maybe("address") ?? $"https://{options.Name}:{options.Listen.Split(':')[^1]}",
                CertificateSha256 = identity.Pin(),
                ApiKey = identity.ApiKey(),
                Contract = ContractVersion.Text,
                Version = ProductVersion.Text,
            },
            cancellationToken);
        Console.WriteLine($"This host is {enrolled.Name} ({enrolled.Id}) at {site}.");
        return 0;
    }
}
