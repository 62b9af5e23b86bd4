using System.Globalization;
using Pinacle.Contracts;

namespace Pinacle.Guest.Services;

/// <summary>Which TCP ports are listened on, by the kernel's own table. There is no event for it: it looks often for a minute after something was started, and rarely after.</summary>
internal sealed class PortScan
{
    private const int MostPorts = 256;
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan QuickFor = TimeSpan.FromMinutes(1);
    private readonly int _own;
    private readonly Change _changed;
    private readonly PortOwners _owners = new();
    private long _quickUntil;

    public PortScan(int own, Change changed)
    {
        (_own, _changed) = (own, changed);
        _ = Run();
    }

    public IReadOnlyList<PortReport> Listening { get; private set; } = [];

    /// <summary>Looks often for a while.</summary>
    public void Hurry() => Volatile.Write(ref _quickUntil, Environment.TickCount64 + (long)QuickFor.TotalMilliseconds);

    private async Task Run()
    {
        while (true)
        {
            try
            {
                var found = Look();
                if (!found.SequenceEqual(Listening))
                {
                    Listening = found;
                    _changed.Raise();
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // Out of descriptors, say: the next look may succeed.
                Diagnostics.Write($"cannot look for ports: {error.Message}");
            }
            var quick = Environment.TickCount64 < Volatile.Read(ref _quickUntil);
            await Task.Delay(quick ? Quick : Slow);
        }
    }

    private List<PortReport> Look()
    {
        var ports = new SortedDictionary<int, Listener>();
        Read("/proc/net/tcp", local => local.StartsWith("0100007F", StringComparison.Ordinal) || local.EndsWith("7F", StringComparison.Ordinal), ports);
        Read("/proc/net/tcp6", local => local is "00000000000000000000000001000000" || local.StartsWith("0000000000000000FFFF0000", StringComparison.Ordinal) && local.EndsWith("7F", StringComparison.Ordinal), ports);
        var shown = ports.Where(port => port.Key != _own).Take(MostPorts).ToList();
        var names = _owners.Of([.. shown.Select(port => port.Value.Inode).Where(inode => inode > 0)]);
        return [.. shown.Select(port => new PortReport(port.Key, port.Value.LoopbackOnly, names.GetValueOrDefault(port.Value.Inode)))];
    }

    private static void Read(string file, Func<string, bool> isLoopback, SortedDictionary<int, Listener> ports)
    {
        if (!File.Exists(file))
            return;
        foreach (var line in File.ReadLines(file).Skip(1))
        {
            // "   0: 0100007F:1F90 00000000:0000 0A … inode": 0A is LISTEN, the inode is the tenth
            var fields = line.Split(' ', 11, StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length < 10 || fields[3] != "0A" || fields[1].Split(':') is not [var address, var hex])
                continue;
            if (!int.TryParse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var port) || !long.TryParse(fields[9], NumberStyles.None, CultureInfo.InvariantCulture, out var inode))
                continue;
            // One that listens on every address comes before one on loopback: it is what the outside reaches.
            if (!ports.TryGetValue(port, out var known) || known.LoopbackOnly && !isLoopback(address))
                ports[port] = new Listener(isLoopback(address), inode);
        }
    }

    private readonly record struct Listener(bool LoopbackOnly, long Inode);
}
