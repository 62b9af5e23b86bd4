using System.Globalization;
using System.Security.Cryptography;
using Pinacle.Podd.Cgroups;
using Pinacle.Podd.Commands;
using Pinacle.Podd.Linux;

namespace Pinacle.Podd.Runsc;

/// <summary>runsc's subcommands, one method each. Every call has a time-out: runsc waits behind locks and frozen sandboxes for ever.</summary>
public sealed class RunscClient(string binary, string root, HostCommand command)
{
    private static readonly TimeSpan BootLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    // Kernels from 6.11 on make runsc read a per-namespace file for the root's and refuse ("cannot run with network enabled in root network namespace").
    // A private mount namespace with an empty /proc/sys/net helps; slave, so that unmounts of the host still arrive. stdio goes to a file: a sandbox keeps what it is given, and a pipe would never end.
    private const string Launch =
        "mount -t tmpfs -o ro,size=4k,mode=555 none /proc/sys/net && out=\"$0\" && exec \"$@\" >>\"$out\" 2>&1 </dev/null";

    /// <summary>The binary.</summary>
    public string Binary => binary;

    /// <summary>First line of <c>runsc --version</c>.</summary>
    public async Task<string> Version(CancellationToken cancellationToken) =>
        (await command.Run(binary, ["--version"], cancellationToken: cancellationToken)).Stdout.Split('\n')[0];

    /// <summary>Creates and starts a sandbox that outlives podd.</summary>
    /// <returns>The sandbox process.</returns>
    public Task<ProcessIdentity> Run(string id, string bundle, string log, CancellationToken cancellationToken) =>
        Begin(id, bundle, log, ["run", "--detach"], cancellationToken);

    /// <summary>Holds every process of a sandbox.</summary>
    public Task Pause(string id, CancellationToken cancellationToken) =>
        command.Run(binary, [.. Global(null), "pause", id], cancellationToken: cancellationToken);

    /// <summary>Writes the memory of a paused sandbox to <paramref name="image"/>. It stays paused: with <c>--leave-running</c> a checkpoint that fails does not end the pod.</summary>
    public Task Checkpoint(string id, string image, CancellationToken cancellationToken) =>
        command.Run(binary, [.. Global(null), "checkpoint", "--leave-running", "--compression=none", "--image-path", image, id], BootLimit, cancellationToken: cancellationToken);

    /// <summary>Lets a paused sandbox go on; one that is not paused, or not there, is not an error.</summary>
    public Task Resume(string id) => command.Run(binary, [.. Global(null), "resume", id], allow: [1, 128]);

    /// <summary>Brings a sandbox back from <see cref="Checkpoint"/>.</summary>
    /// <returns>The sandbox process.</returns>
    public Task<ProcessIdentity> Restore(string id, string bundle, string image, string log, CancellationToken cancellationToken) =>
        Begin(id, bundle, log, ["restore", "--detach", "--image-path", image], cancellationToken);

    /// <summary>Ends a sandbox whose cgroup has its name and is at the top, and takes away that and what runsc keeps of it; not there is not an error. Not by <c>runsc delete</c>, which waits until the machine's first process has reaped, however long that takes.</summary>
    public async Task End(string id, CancellationToken cancellationToken)
    {
        var ours = $"--root={root}";
        while (CommandLine.Find(arguments => (arguments.Contains(ours) || arguments.Contains(root)) && arguments.Contains(id)) is { Count: > 0 } processes)
        {
            foreach (var process in processes)
                _ = LibC.Kill(process, LibC.SIGKILL);
            await Task.Delay(Look, cancellationToken);
        }
        Cgroup.At("/" + id).Remove();
        Forget(root, id);
    }

    /// <summary>Takes away what runsc keeps of a sandbox whose processes are gone already: its state, its lock and its control socket.</summary>
    public static void Forget(string root, string id)
    {
        if (!Directory.Exists(root))
            return;
        foreach (var file in Directory.EnumerateFiles(root).Where(file => Path.GetFileName(file) is var name && (name.StartsWith(id + "_", StringComparison.Ordinal) || name == $"runsc-{id}.sock")))
            File.Delete(file);
    }

    /// <summary>Ids that runsc keeps something of, by its own state files: <c>runsc list</c> hangs behind a stuck delete.</summary>
    public IReadOnlyList<string> List() => List(root);

    /// <inheritdoc cref="List()"/>
    public static IReadOnlyList<string> List(string root) =>
        Directory.Exists(root)
            ? [.. Directory.EnumerateFiles(root, "*.state").Select(file => Path.GetFileNameWithoutExtension(file)).Select(name => name.Split('_')[0]).Distinct(StringComparer.Ordinal)]
            : [];

    /// <summary>How a sandbox that broke says so, for people: the first lines of its panic, else the last of its log.</summary>
    public static string Tail(string log)
    {
        if (File.Exists(PanicOf(log)) && File.ReadLines(PanicOf(log)).Where(line => line.Length > 0).Take(5).ToArray() is { Length: > 0 } panic)
            return string.Join('\n', panic);
        if (!File.Exists(log))
            return "no log";
        using var reader = new StreamReader(new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        if (reader.BaseStream.Length > 4096)
            reader.BaseStream.Seek(-4096, SeekOrigin.End);
        return string.Join('\n', reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(5));
    }

    /// <summary>Lower-case hex SHA-256 of a file.</summary>
    public static async Task<string> HashOf(string file, CancellationToken cancellationToken)
    {
        await using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken));
    }

    // The sandbox's own stderr goes nowhere, so what Go prints when it panics has to be asked for.
    private static string PanicOf(string log) => log + ".panic";

    private async Task<ProcessIdentity> Begin(string id, string bundle, string log, string[] subcommand, CancellationToken cancellationToken)
    {
        var pidFile = Path.Combine(bundle, "sandbox.pid");
        File.Delete(pidFile);
        File.Delete(PanicOf(log));
        try
        {
            await command.Run(
                "unshare",
                ["-m", "--propagation", "slave", "/bin/sh", "-c", Launch, log, binary, .. Global(log), .. subcommand, "--bundle", bundle, "--pid-file", pidFile, id],
                BootLimit,
                cancellationToken: cancellationToken);
        }
        catch (HostCommandException error)
        {
            throw new InvalidOperationException($"cannot start sandbox {id}: {Tail(log)}", error);
        }
        var pid = int.Parse(await File.ReadAllTextAsync(pidFile, cancellationToken), CultureInfo.InvariantCulture);
        return ProcessIdentity.Of(pid) ?? throw new InvalidOperationException($"cannot start sandbox {id}: it ended at once: {Tail(log)}");
    }

    // net-disconnect-ok: what a process has closed stays in the sandbox's network for a minute (TIME_WAIT), and without it a checkpoint would be refused all that time. Whoever
    // checkpoints makes sure that no process has a connection: of one that has, it would break the process silently.
    // overlay2=none: the default would keep the disk's changes in a file of its own, outside of quota and snapshots.
    private string[] Global(string? log) =>
        ["--root", root, "--platform=systrap", "--overlay2=none", "--network=sandbox", "--net-disconnect-ok", "--log-format=text", .. log is null ? [] : (string[])["--log", log, "--panic-log", PanicOf(log)]];
}
