using System.Runtime.InteropServices;
using System.Text;
using Pinacle.Contracts;

namespace Pinacle.Guest.Linux;

/// <summary>Starts processes with posix_spawn, and reaps every process that ends: its own and, as PID 1, everybody's orphans.</summary>
internal sealed class Children
{
    private readonly Dictionary<int, TaskCompletionSource<int>> _waiting = [];
    private readonly AutoResetEvent _started = new(false);
    private readonly Lock _gate = new();

    public Children() => new Thread(Reap, maxStackSize: 256 << 10) { IsBackground = true, Name = "reaper" }.Start();

    /// <summary>Starts a process.</summary>
    /// <exception cref="FaultException">There is no such program or folder.</exception>
    public Child Start(ChildSpec spec)
    {
        var program = Lookup(spec);
        if (!Directory.Exists(spec.Directory))
            throw new FaultException(FaultKind.Invalid, $"cannot run {spec.Arguments[0]}: there is no folder {spec.Directory}");
        var stdin = spec.WithStdin ? Pipe() : new Ends(LibC.Open("/dev/null", LibC.O_CLOEXEC), -1);
        var stdout = Pipe();
        var stderr = spec.Joined ? new Ends(-1, -1) : Pipe();
        var errors = spec.Joined ? stdout.Write : stderr.Write;
        Child? child = null;
        var error = 0;
        // The raw set*id calls change one thread only, for good: so each start has a thread of its own, which ends after it.
        var thread = new Thread(() => child = Spawn(program, spec, (stdin.Read, stdout.Write, errors), (stdin.Write, stdout.Read, stderr.Read), out error), maxStackSize: 256 << 10);
        thread.Start();
        thread.Join();
        Close(stdin.Read, stdout.Write, stderr.Write);
        if (child is not null)
            return child;
        Close(stdin.Write, stdout.Read, stderr.Read);
        throw new FaultException(FaultKind.Invalid, $"cannot run {spec.Arguments[0]}: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    private unsafe Child? Spawn(string program, ChildSpec spec, (int In, int Out, int Err) theirs, (int In, int Out, int Err) ours, out int error)
    {
        var actions = stackalloc byte[256];
        var attributes = stackalloc byte[512];
        var all = stackalloc byte[128];
        var none = stackalloc byte[128];
        new Span<byte>(all, 128).Fill(0xff);
        new Span<byte>(none, 128).Clear();
        _ = LibC.ActionsInit(actions);
        _ = LibC.AttributesInit(attributes);
        _ = LibC.ActionsAddDup2(actions, theirs.In, 0);
        _ = LibC.ActionsAddDup2(actions, theirs.Out, 1);
        _ = LibC.ActionsAddDup2(actions, theirs.Err, 2);
        _ = LibC.ActionsAddChdir(actions, spec.Directory);
        // The runtime ignores SIGPIPE, and an ignored signal stays ignored over exec.
        _ = LibC.AttributesSetSigDefault(attributes, all);
        _ = LibC.AttributesSetSigMask(attributes, none);
        _ = LibC.AttributesSetFlags(attributes, LibC.SpawnSetSid | LibC.SpawnSetSigDef | LibC.SpawnSetSigMask);
        using var arguments = new CStrings(spec.Arguments);
        using var environment = new CStrings(spec.Environment.Select(pair => $"{pair.Key}={pair.Value}"));
        try
        {
            if (spec.User.Uid != 0 && !LibC.Become(spec.User.Uid, spec.User.Gid, spec.User.Groups))
            {
                error = Marshal.GetLastPInvokeError();
                return null;
            }
            lock (_gate)
            {
                int pid;
                error = LibC.PosixSpawn(&pid, program, actions, attributes, arguments.Pointer, environment.Pointer);
                if (error != 0)
                    return null;
                var exit = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
                _waiting[pid] = exit;
                _started.Set();
                return new Child(pid, ours.In, ours.Out, ours.Err, exit.Task);
            }
        }
        finally
        {
            _ = LibC.ActionsDestroy(actions);
            _ = LibC.AttributesDestroy(attributes);
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

    /// <summary>A NULL-terminated array of C strings.</summary>
    private sealed unsafe class CStrings : IDisposable
    {
        private readonly int _count;

        public CStrings(IEnumerable<string> values)
        {
            var list = values.ToArray();
            _count = list.Length;
            Pointer = (byte**)NativeMemory.AllocZeroed((nuint)(_count + 1), (nuint)sizeof(byte*));
            for (var i = 0; i < _count; i++)
            {
                var bytes = Encoding.UTF8.GetBytes(list[i]);
                Pointer[i] = (byte*)NativeMemory.AllocZeroed((nuint)bytes.Length + 1);
                bytes.CopyTo(new Span<byte>(Pointer[i], bytes.Length));
            }
        }

        public byte** Pointer { get; }

        public void Dispose()
        {
            for (var i = 0; i < _count; i++)
                NativeMemory.Free(Pointer[i]);
            NativeMemory.Free(Pointer);
        }
    }
}
