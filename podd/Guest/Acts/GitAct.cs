using System.Text;
using Pinacle.Contracts;
using Pinacle.Guest.Linux;

namespace Pinacle.Guest.Acts;

/// <summary>Asks git about the workspace.</summary>
internal static class GitAct
{
    private const int MostChanges = 1000;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public static async Task Run(PodGuest guest, Connection connection, CancellationToken cancellationToken)
    {
        var user = User.Ordinary;
        var child = guest.Children.Start(new ChildSpec(["git", "status", "--porcelain=v2", "--branch"], user, guest.Settings.Workspace, guest.EnvironmentOf(user)));
        var output = new StringBuilder();
        var reading = Task.WhenAll(
            PipeReader.Read(child.Stdout, bytes => output.Append(output.Length < 1 << 20 ? Encoding.UTF8.GetString(bytes.Span) : "")),
            PipeReader.Read(child.Stderr, _ => { }));
        if (await Task.WhenAny(child.Exit, Task.Delay(Limit, cancellationToken)) != child.Exit)
            child.Signal(LibC.SIGKILL);
        var code = await child.Exit;
        await reading;
        var lines = code == 0 ? output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries) : [];
        await connection.Answer(new GuestAnswer { Git = new GitReport(After("# branch.head ", "(detached)"), After("# branch.oid ", "(initial)"), [.. lines.Where(line => line[0] != '#').Take(MostChanges)]) }, cancellationToken);

        string? After(string prefix, string none) =>
            lines.FirstOrDefault(line => line.StartsWith(prefix, StringComparison.Ordinal))?[prefix.Length..] is { } value && value != none ? value : null;
    }
}
