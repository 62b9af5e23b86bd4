using System.Runtime.InteropServices;
using Pinacle.Contracts;

namespace Pinacle.Guest.Linux;

/// <summary>Starts processes with posix_spawn, and reaps every process that ends: its own and, as PID 1, everybody's orphans.</summary>
internal sealed class Children
{
    private readonly Dictionary<int, TaskCompletionSource<int>> _waiting = [];
    private readonly int _nothing = LibC.Open("/dev/null", LibC.O_CLOEXEC);
    private readonly AutoResetEvent _started = new(false);
    private readonly Lock _gate = new();

    public Children() => new Thread(Reap, maxStackSize: 256 << 10) { IsBackground = true, Name = "reaper" }.Start();

    /// <summary>Starts a process whose output comes by pipes.</summary>
    /// <exception cref="FaultException">There is no such program or folder.</exception>
    public Child Start(ChildSpec spec)
    {
        var stdin = spec.WithStdin ? Pipe() : new Ends(-1, -1);
        var stdout = Pipe();
        var stderr = spec.Joined ? new Ends(-1, -1) : Pipe();
        try
        {
            var child = Start(spec, () => new Stdio(spec.WithStdin ? stdin.Read : _nothing, stdout.Write, spec.Joined ? stdout.Write : stderr.Write));
            return child with { Stdin = stdin.Write, Stdout = stdout.Read, Stderr = stderr.Read };
        }
        catch
        {
            Close(stdin.Write, stdout.Read, stderr.Read);
            throw;
        }
        finally
        {
            Close(stdin.Read, stdout.Write, stderr.Write);
        }
    }

    /// <summary>Starts a process with streams that the caller keeps.</summary>
    /// <param name="spec">What to start.</param>
    /// <param name="streams">Called as the process's user.</param>
    /// <exception cref="FaultException">There is no such program or folder.</exception>
    public Child Start(ChildSpec spec, Func<Stdio> streams)
    {
        var program = Lookup(spec);
        Child? child = null;
        Exception? error = null;
        // The raw set*id calls change one thread only, for good: so each start has a thread of its own, which ends after it.
        var thread = new Thread(() =>
        {
            try
            {
                child = Launch(program, spec, streams);
            }
            catch (Exception problem)
            {
                error = problem;
            }
        }, maxStackSize: 256 << 10);
        thread.Start();
        thread.Join();
        if (child is not null)
            return child;
        // "No such file or directory" may be said of both.
        var reason = Directory.Exists(spec.Directory) ? error!.Message : $"there is no folder {spec.Directory}";
        throw error as FaultException ?? new FaultException(FaultKind.Invalid, $"cannot run {spec.Arguments[0]}: {reason}", innerException: error);
    }

    private Child Launch(string program, ChildSpec spec, Func<Stdio> streams)
    {
        if (spec.User.Uid != 0 && !LibC.Become(spec.User.Uid, spec.User.Gid, spec.User.Groups))
            throw new IOException(Marshal.GetLastPInvokeErrorMessage());
        var (stdio, mark) = (streams(), Guid.NewGuid().ToString("N"));
        lock (_gate)
        {
            if (Spawn.Run(program, spec, mark, stdio, out var pid) is not 0 and var error)
                throw new IOException(Marshal.GetPInvokeErrorMessage(error));
            var exit = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting[pid] = exit;
            _started.Set();
            return new Child(pid, mark, -1, -1, -1, exit.Task);
        }
    }

    private unsafe void Reap()
    {
        while (true)
        {
            int status;
            var pid = LibC.WaitPid(-1, &status, 0);
            if (pid < 0)
            {
                // ECHILD: no child, so no orphan either, until the next start.
                if (Marshal.GetLastPInvokeError() == LibC.ECHILD)
                    _started.WaitOne();
                continue;
            }
            TaskCompletionSource<int>? exit;
            lock (_gate)
                _waiting.Remove(pid, out exit);
            var signal = status & 0x7f;
            exit?.SetResult(signal == 0 ? (status >> 8) & 0xff : 128 + signal);
        }
    }

    private static string Lookup(ChildSpec spec)
    {
        var name = spec.Arguments[0];
        if (name.Contains('/', StringComparison.Ordinal))
            return Path.IsPathFullyQualified(name) ? name : Path.Combine(spec.Directory, name);
        var found = spec.Environment.GetValueOrDefault("PATH", "/usr/bin:/bin").Split(':').Where(folder => folder.Length > 0).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        return found ?? throw new FaultException(FaultKind.Invalid, $"cannot run {name}: there is no such program in PATH");
    }

    private static unsafe Ends Pipe()
    {
        var ends = stackalloc int[2];
        return LibC.Pipe2(ends, LibC.O_CLOEXEC) == 0 ? new Ends(ends[0], ends[1]) : throw new IOException($"cannot make a pipe: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    private static void Close(params ReadOnlySpan<int> descriptors)
    {
        foreach (var descriptor in descriptors)
        {
            if (descriptor >= 0)
                _ = LibC.Close(descriptor);
        }
    }

    private readonly record struct Ends(int Read, int Write);
}
