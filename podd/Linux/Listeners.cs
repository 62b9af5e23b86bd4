using System.Globalization;
using System.Net;

namespace Pinacle.Podd.Linux;

/// <summary>Who listens on this machine (<c>/proc/net/{tcp,udp}{,6}</c>).</summary>
public static class Listeners
{
    private const string TcpListen = "0A";
    private const string UdpUnconnected = "07";

    /// <summary>All of them.</summary>
    /// <param name="udp">UDP's instead of TCP's.</param>
    public static IReadOnlyList<Listener> All(bool udp) =>
        [.. (udp ? ["/proc/net/udp", "/proc/net/udp6"] : (string[])["/proc/net/tcp", "/proc/net/tcp6"]).Where(File.Exists).SelectMany(file => Parse(File.ReadLines(file), udp))];

    /// <summary>Reads such a file (proc_net(5)): addresses are in hex, each four bytes of them in the machine's order.</summary>
    internal static IEnumerable<Listener> Parse(IEnumerable<string> lines, bool udp)
    {
        foreach (var line in lines.Skip(1))
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length < 10 || fields[3] != (udp ? UdpUnconnected : TcpListen))
                continue;
            var local = fields[1].Split(':');
            var bytes = Convert.FromHexString(local[0]);
            for (var word = 0; word < bytes.Length; word += 4)
                bytes.AsSpan(word, 4).Reverse();
            yield return new Listener(new IPAddress(bytes), ushort.Parse(local[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture), long.Parse(fields[9], CultureInfo.InvariantCulture));
        }
    }

    /// <summary>The processes that hold a socket.</summary>
    public static IReadOnlyList<int> Holders(long inode)
    {
        var wanted = string.Create(CultureInfo.InvariantCulture, $"socket:[{inode}]");
        return [.. CommandLine.Find(_ => true).Where(process => Descriptors(process).Any(descriptor => Target(descriptor) == wanted))];
    }

    private static IEnumerable<string> Descriptors(int process)
    {
        try
        {
            return Directory.GetFileSystemEntries($"/proc/{process.ToString(CultureInfo.InvariantCulture)}/fd");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return []; // It ended meanwhile.
        }
    }

    private static string? Target(string descriptor)
    {
        try
        {
            return new FileInfo(descriptor).LinkTarget;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
