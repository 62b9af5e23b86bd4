namespace Pinacle.Podd.Verbs;

/// <summary><c>podd run</c>.</summary>
internal static class RunVerb
{
    public static Verb Verb { get; } = new("run", "is the daemon; systemd starts it (podd.service)", Run)
    {
        More = """
            Listens on HTTPS (option listen) and on a Unix socket (option socket), takes over the pods that
            live, starts no pod before runsc has passed its self-test, and leaves all pods running when it ends.
            """,
    };

    private static Task<int> Run(Invocation invocation, CancellationToken cancellationToken)
    {
        var (configuration, options) = PoddConfiguration.Read(invocation.Maybe("config"));
        return new Daemon(options, configuration).Run();
    }
}
