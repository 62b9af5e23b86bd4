using Pinacle.Contracts;
using Pinacle.Guest.Files;
using Pinacle.Guest.Linux;
using Pinacle.Guest.Network;

namespace Pinacle.Guest.Acts;

/// <summary>Which act answers which call.</summary>
internal sealed class ActTable(PodGuest guest)
{
    /// <summary>Runs the act of <paramref name="call"/> to its end.</summary>
    public Task Run(GuestCall call, Connection connection, CancellationToken cancellationToken)
    {
        // podd asks for nothing else while it hangs up: whatever it asks, the pod goes on, or has woken.
        if (call.Act != GuestAct.Connections)
            guest.DialHold.End();
        return Begin(call, connection, cancellationToken);
    }

    private Task Begin(GuestCall call, Connection connection, CancellationToken cancellationToken) => call.Act switch
    {
        GuestAct.Status => connection.Answer(new GuestAnswer { Status = guest.Status }, cancellationToken),
        GuestAct.Configure => Configure(call, connection, cancellationToken),
        GuestAct.Setup => Setup(call, connection, cancellationToken),
        GuestAct.Exec => new ExecAct(guest).Run(call.Exec ?? throw Missing("exec"), connection, cancellationToken),
        GuestAct.Relay => RelayAct.Run(call.Port, guest, connection, cancellationToken),
        GuestAct.Watch => Watch(connection, cancellationToken),
        GuestAct.Logs => Logs(call, connection, cancellationToken),
        GuestAct.Restart => Restart(call, connection, cancellationToken),
        GuestAct.ReadFile => FileReading.Run(call, connection, cancellationToken),
        GuestAct.WriteFile => FileWriting.Run(call, connection, cancellationToken),
        GuestAct.DeleteFile => new FileRemoval(guest).Run(call, connection, cancellationToken),
        GuestAct.Archive => new ArchiveAct(guest).Run(call.Path ?? throw Missing("path"), connection, cancellationToken),
        GuestAct.Git => new GitAct(guest).Status(connection, cancellationToken),
        GuestAct.GitDiff => new GitAct(guest).Diff(connection, cancellationToken),
        GuestAct.Terminal => Terminal(call, connection, cancellationToken),
        GuestAct.Terminals => Terminals(call, connection, cancellationToken),
        GuestAct.CloseTerminal => CloseTerminal(call, connection, cancellationToken),
        GuestAct.Sync => Sync(connection, cancellationToken),
        GuestAct.Connections => Connections(call, connection, cancellationToken),
        GuestAct.HeldFiles => connection.Answer(new GuestAnswer { HeldFiles = HeldFiles.Look(guest.Settings.Workspace) }, cancellationToken),
        GuestAct.Probe => Probe(call, connection, cancellationToken),
        GuestAct.Shutdown => Shutdown(connection, cancellationToken),
        _ => throw new FaultException(FaultKind.Invalid, $"cannot do {call.Act}: this guest does not know it"),
    };

    private async Task Configure(GuestCall call, Connection connection, CancellationToken cancellationToken)
    {
        await guest.Configure(call.Config ?? throw Missing("config"));
        await connection.Answer(new GuestAnswer(), cancellationToken);
    }

    private async Task Setup(GuestCall call, Connection connection, CancellationToken cancellationToken)
    {
        var events = guest.Setups.Join(call.Setup ?? throw Missing("setup"), call.From, cancellationToken);
        await connection.Answer(new GuestAnswer(), cancellationToken);
        await using var beat = connection.Beat();
        await foreach (var line in events)
            await connection.Send(GuestFrame.Event, line, cancellationToken);
    }

    private async Task Watch(Connection connection, CancellationToken cancellationToken)
    {
        await connection.Answer(new GuestAnswer(), cancellationToken);
        await using var beat = connection.Beat();
        var closed = connection.Closed(cancellationToken);
        while (!closed.IsCompleted)
        {
            var changed = guest.Changed.Next;
            await connection.Send(GuestFrame.Event, guest.Status, ContractsJson.Default.GuestStatus, cancellationToken);
            await Task.WhenAny(closed, changed);
            // Many changes come together: one report for all of them.
            await Task.Delay(50, cancellationToken);
        }
    }

    private async Task Logs(GuestCall call, Connection connection, CancellationToken cancellationToken)
    {
        var log = guest.Supervisor.Find(call.Name).Log;
        await connection.Answer(new GuestAnswer(), cancellationToken);
        await using var beat = connection.Beat();
        var (tail, position) = log.Tail(call.Tail is > 0 and <= 10_000 ? call.Tail : 200);
        if (tail.Length > 0)
            await connection.Send(GuestFrame.Stdout, tail, cancellationToken);
        var closed = connection.Closed(cancellationToken);
        while (call.Follow && !closed.IsCompleted)
        {
            var changed = log.Changed.Next;
            (var more, position) = log.From(position);
            if (more.Length > 0)
                await connection.Send(GuestFrame.Stdout, more, cancellationToken);
            else
                await Task.WhenAny(closed, changed);
        }
    }

    private async Task Restart(GuestCall call, Connection connection, CancellationToken cancellationToken)
    {
        await guest.Supervisor.Restart(call.Name ?? throw Missing("name"));
        await connection.Answer(new GuestAnswer(), cancellationToken);
    }

    private async Task Terminal(GuestCall call, Connection connection, CancellationToken cancellationToken)
    {
        var terminal = guest.Terminals.Open(call.Terminal ?? throw Missing("terminal"), awaited: true);
        using var client = terminal.Attach();
        await connection.Answer(new GuestAnswer(), cancellationToken);
        await using var beat = connection.Beat();
        await client.Run(connection, cancellationToken);
    }

    private Task Terminals(GuestCall call, Connection connection, CancellationToken cancellationToken)
    {
        if (call.Terminal is { } spec)
            guest.Terminals.Open(spec);
        return connection.Answer(new GuestAnswer { Terminals = guest.Terminals.Reports() }, cancellationToken);
    }

    private async Task CloseTerminal(GuestCall call, Connection connection, CancellationToken cancellationToken)
    {
        await guest.Terminals.Close(call.Name ?? throw Missing("name"));
        await connection.Answer(new GuestAnswer(), cancellationToken);
    }

    // The caller closes first: of a connection that the pod's own side ends the kernel keeps something for a minute, which no checkpoint could have in it.
    private async Task Connections(GuestCall call, Connection connection, CancellationToken cancellationToken)
    {
        if (call.HoldDials)
            guest.DialHold.Begin();
        await connection.Answer(new GuestAnswer { Connections = OutsideConnections.Look(connection.Socket.RemoteEndPoint) }, cancellationToken);
        await connection.Closed(cancellationToken);
    }

    private async Task Probe(GuestCall call, Connection connection, CancellationToken cancellationToken)
    {
        var ports = call.Ports ?? throw Missing("ports");
        if (ports.Count > PortProbing.Most || ports.Any(port => port is < 1 or > 65535 || port == guest.Settings.Port))
            throw new FaultException(FaultKind.Invalid, $"cannot probe these ports: at most {PortProbing.Most}, 1 to 65535, and not the guest's own");
        await connection.Answer(new GuestAnswer { Probes = await PortProbing.Run(ports, cancellationToken) }, cancellationToken);
        await connection.Closed(cancellationToken);
    }

    private static async Task Sync(Connection connection, CancellationToken cancellationToken)
    {
        await Task.Run(LibC.Sync, cancellationToken);
        await connection.Answer(new GuestAnswer(), cancellationToken);
    }

    private async Task Shutdown(Connection connection, CancellationToken cancellationToken)
    {
        await new Ending(guest).Run();
        await connection.Answer(new GuestAnswer(), cancellationToken);
        guest.End();
    }

    private static FaultException Missing(string what) => new(FaultKind.Invalid, $"cannot do that: the call has no {what}");
}
