using System.Text;
using Pinacle.Contracts;
using Pinacle.Guest.Linux;

namespace Pinacle.Guest.Acts;

/// <summary>Asks git about the workspace, as the pod's user: what the repository's configuration runs may do no more than that user.</summary>
internal sealed class GitAct(PodGuest guest)
{
    private const int MostChanges = 1000;
    private const int MostBytes = 1 << 20;
    // The answer is one line of at most GuestProtocol.MaxLine bytes, in which a letter may take six.
    private const int MostText = 128 << 10;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public async Task Status(Connection connection, CancellationToken cancellationToken)
    {
        var status = await Git(MostText, cancellationToken, "status", "--porcelain=v2", "--branch");
        var lines = status.Code == 0 ? Encoding.UTF8.GetString(status.Output).Split('\n', StringSplitOptions.RemoveEmptyEntries) : [];
        if (status.Truncated && lines.Length > 0)
            lines = lines[..^1]; // half a line
        await connection.Answer(new GuestAnswer { Git = new GitReport(After("# branch.head ", "(detached)"), After("# branch.oid ", "(initial)"), [.. lines.Where(line => line[0] != '#').Take(MostChanges)]) }, cancellationToken);

        string? After(string prefix, string none) =>
            lines.FirstOrDefault(line => line.StartsWith(prefix, StringComparison.Ordinal))?[prefix.Length..] is { } value && value != none ? value : null;
    }

    public async Task Diff(Connection connection, CancellationToken cancellationToken)
    {
        var diff = await Git(MostBytes, cancellationToken, "diff", "--no-color", "--no-ext-diff", "--no-textconv", "HEAD");
        await connection.Answer(new GuestAnswer(), cancellationToken);
        if (diff is { Code: 0, Output.Length: > 0 })
            await connection.Send(GuestFrame.Stdout, diff.Output, cancellationToken);
        await connection.Send(GuestFrame.Event, new GitDiffEnd(diff.Truncated), ContractsJson.Default.GitDiffEnd, cancellationToken);
    }

    private Task<Captured> Git(int most, CancellationToken cancellationToken, params string[] arguments)
    {
        var user = User.Ordinary;
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["GIT_OPTIONAL_LOCKS"] = "0", ["GIT_PAGER"] = "cat" };
        return Captured.Run(guest.Children, new ChildSpec(["git", .. arguments], user, guest.Settings.Workspace, guest.EnvironmentOf(user, environment)), most, Limit, cancellationToken);
    }
}
