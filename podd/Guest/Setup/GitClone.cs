using Pinacle.Contracts;
using Pinacle.Guest.Linux;

namespace Pinacle.Guest.Setup;

/// <summary>Clones a repository into the workspace, and says in one sentence why it could not.</summary>
internal static class GitClone
{
    /// <summary>The command.</summary>
    public static string[] Command(RepositorySpec repository, string folder) =>
    [
        "git", "-c", "credential.helper=", "clone", "--progress",
        .. repository.Branch is { } branch ? (string[])["--branch", branch] : [],
        "--", repository.Url, folder,
    ];

    /// <summary>Never asks, never runs a helper, only these protocols.</summary>
    public static IReadOnlyDictionary<string, string> Environment { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["GIT_TERMINAL_PROMPT"] = "0",
        ["GIT_ASKPASS"] = "/bin/false",
        ["GIT_ALLOW_PROTOCOL"] = "https:http:ssh:git",
        ["GIT_SSH_COMMAND"] = "ssh -o BatchMode=yes -o StrictHostKeyChecking=accept-new -o ConnectTimeout=15",
        ["GIT_HTTP_LOW_SPEED_LIMIT"] = "1000",
        ["GIT_HTTP_LOW_SPEED_TIME"] = "60",
    };

    /// <summary>Empties the workspace and gives it to the pod's user.</summary>
    public static void Prepare(string folder, User user)
    {
        Directory.CreateDirectory(folder);
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos())
        {
            if (entry is DirectoryInfo { LinkTarget: null } child)
                child.Delete(recursive: true);
            else
                entry.Delete();
        }
        _ = LibC.LChown(folder, user.Uid, user.Gid);
    }

    /// <summary>What git's last lines mean.</summary>
    public static Fault Explain(RepositorySpec repository, IReadOnlyList<string> output)
    {
        var said = string.Join('\n', output.TakeLast(5));
        var reason =
            Says("Remote branch") && Says("not found") ? $"it has no branch {repository.Branch}"
            : Says("not found") || Says("does not exist") || Says("does not appear to be a git repository") || Says("repository not exported") ? "there is no such repository, or it needs a sign-in"
            : Says("could not read Username") || Says("Authentication failed") || Says("Permission denied") || Says("403") || Says("401") || Says("terminal prompts disabled") ? "it needs a sign-in that this pod does not have"
            : Says("Could not resolve host") ? "its host has no address"
            : Says("Connection refused") || Says("Failed to connect") || Says("timed out") || Says("unreachable") || Says("prohibited") || Says("Couldn't connect") ? "its host cannot be reached from a pod"
            : Says("certificate") || Says("SSL") ? "its certificate is not trusted"
            : Says("No space left") || Says("quota") ? "the pod's disk is full"
            : Says("Could not read from remote repository") ? "there is no such repository, or it needs a sign-in" // a server that closes before it says why
            : "git failed";
        return new Fault(FaultKind.RepositoryUnavailable, $"cannot clone {repository.Url}: {reason}", said.Length == 0 ? null : said);

        bool Says(string words) => said.Contains(words, StringComparison.OrdinalIgnoreCase);
    }
}
