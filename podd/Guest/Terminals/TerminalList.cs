using Pinacle.Contracts;

namespace Pinacle.Guest.Terminals;

/// <summary>The terminals of the pod by name. One that ended is kept until somebody was told so, or its place is needed.</summary>
internal sealed class TerminalList(PodGuest guest)
{
    private readonly Lock _gate = new();
    private readonly List<Terminal> _terminals = [];

    public IReadOnlyList<TerminalReport> Reports()
    {
        lock (_gate)
        {
            _terminals.RemoveAll(terminal => terminal.Seen);
            return [.. _terminals.Select(terminal => terminal.Report())];
        }
    }

    /// <summary>The terminal of that name; opened where there is none.</summary>
    /// <param name="spec">What it is asked to be.</param>
    /// <param name="awaited">True where its client comes at once.</param>
    public Terminal Open(TerminalSpec spec, bool awaited = false)
    {
        if (spec.Name is not { Length: >= 1 and <= 32 } name || !name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-') || name[0] == '-')
            throw new FaultException(FaultKind.Invalid, "cannot open a terminal: its name must be 1 to 32 lower-case letters, digits and hyphens");
        lock (_gate)
        {
            _terminals.RemoveAll(terminal => terminal.Seen);
            if (_terminals.Find(terminal => terminal.Name == spec.Name) is { } open)
                return open;
            if (_terminals.Count >= GuestProtocol.MaxTerminals && !(_terminals.Find(terminal => terminal.ExitCode is not null) is { } ended && _terminals.Remove(ended)))
                throw new FaultException(FaultKind.TooMany, $"cannot open terminal {spec.Name}: this pod has {GuestProtocol.MaxTerminals} already");
            var made = new Terminal(spec, guest, awaited);
            _terminals.Add(made);
            return made;
        }
    }

    /// <summary>Ends the terminal of that name.</summary>
    public async Task Close(string name)
    {
        Terminal? found;
        lock (_gate)
        {
            found = _terminals.Find(terminal => terminal.Name == name);
            _ = found is not null && _terminals.Remove(found);
        }
        await (found ?? throw new FaultException(FaultKind.NotFound, $"cannot find terminal {name}")).Close();
    }

    /// <summary>Ends all of them.</summary>
    public Task CloseAll()
    {
        List<Terminal> all;
        lock (_gate)
        {
            all = [.. _terminals];
            _terminals.Clear();
        }
        return Task.WhenAll(all.Select(terminal => terminal.Close()));
    }
}
