namespace Pinacle.Guest.Linux;

/// <summary>posix_spawn(3) of a session leader with default signals.</summary>
internal static class Spawn
{
    /// <summary>Starts it; 0, or errno.</summary>
    public static unsafe int Run(string program, ChildSpec spec, string mark, Stdio stdio, out int pid)
    {
        var actions = stackalloc byte[256];
        var attributes = stackalloc byte[512];
        var all = stackalloc byte[128];
        var none = stackalloc byte[128];
        new Span<byte>(all, 128).Fill(0xff);
        new Span<byte>(none, 128).Clear();
        _ = LibC.ActionsInit(actions);
        _ = LibC.AttributesInit(attributes);
        Streams(actions, stdio);
        _ = LibC.ActionsAddChdir(actions, spec.Directory);
        // The runtime ignores SIGPIPE, and an ignored signal stays ignored over exec.
        _ = LibC.AttributesSetSigDefault(attributes, all);
        _ = LibC.AttributesSetSigMask(attributes, none);
        _ = LibC.AttributesSetFlags(attributes, LibC.SpawnSetSid | LibC.SpawnSetSigDef | LibC.SpawnSetSigMask);
        using var arguments = new CStrings(spec.Arguments);
        using var environment = new CStrings(spec.Environment.Where(pair => pair.Key != Kin.Variable).Select(pair => $"{pair.Key}={pair.Value}").Prepend($"{Kin.Variable}={mark}"));
        int started;
        var error = LibC.PosixSpawn(&started, program, actions, attributes, arguments.Pointer, environment.Pointer);
        _ = LibC.ActionsDestroy(actions);
        _ = LibC.AttributesDestroy(attributes);
        pid = started;
        return error;
    }

    private static unsafe void Streams(byte* actions, Stdio stdio)
    {
        if (stdio.Terminal is { } terminal)
        {
            // The file actions come after setsid: what a session leader without a terminal opens becomes its controlling one.
            _ = LibC.ActionsAddOpen(actions, 0, terminal, LibC.O_RDWR, 0);
            _ = LibC.ActionsAddDup2(actions, 0, 1);
            _ = LibC.ActionsAddDup2(actions, 0, 2);
            return;
        }
        _ = LibC.ActionsAddDup2(actions, stdio.In, 0);
        _ = LibC.ActionsAddDup2(actions, stdio.Out, 1);
        _ = LibC.ActionsAddDup2(actions, stdio.Err, 2);
    }
}
