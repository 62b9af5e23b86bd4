using System.Globalization;
using System.Net;
using Pinacle.Contracts;

namespace Pinacle.Guest.Network;

/// <summary>Which TCP connections of the pod reach out of it, by the kernel's own tables (proc_net_tcp(5)); also those that were refused or reset, until their process has closed them.</summary>
internal static class OutsideConnections
{
    private const int Most = 4096;
    private const int Closed = 7;
    private const int Listening = 10;

    /// <summary>All of them, but the one to <paramref name="caller"/>.</summary>
    public static IReadOnlyList<OutsideConnection> Look(EndPoint? caller)
    {
        var asking = caller is IPEndPoint peer ? Plain(peer.Address, peer.Port).ToString() : null;
        return [.. Read("/proc/net/tcp").Concat(Read("/proc/net/tcp6")).Where(found => found.Remote != asking).Take(Most)];
    }

    private static IEnumerable<OutsideConnection> Read(string file)
    {
        if (!File.Exists(file))
            yield break;
        foreach (var line in File.ReadLines(file).Skip(1))
        {
            // "   0: 0100007F:1F90 0100007F:A2C4 01 …"
            var fields = line.Split(' ', 5, StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length == 5
                && int.TryParse(fields[3], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var state) && state is not Listening
                && Parse(fields[1]) is { } local && Parse(fields[2]) is { } remote && (state == Closed ? WasOutside(local) : !IPAddress.IsLoopback(remote.Address)))
                yield return new OutsideConnection(local.ToString(), remote.ToString(), state);
        }
    }

    // A socket that nobody has used yet is closed, too, but has no address.
    private static bool WasOutside(IPEndPoint local) =>
        local.Port != 0 && !IPAddress.IsLoopback(local.Address) && !local.Address.Equals(IPAddress.Any) && !local.Address.Equals(IPAddress.IPv6Any);

    // Words of the machine's byte order; an IPv4 peer of an IPv6 socket is told as the IPv4 one that it is.
    private static IPEndPoint? Parse(string text)
    {
        if (text.Split(':') is not [{ Length: 8 or 32 } hex, var port] || !int.TryParse(port, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var number))
            return null;
        var bytes = Convert.FromHexString(hex);
        for (var word = 0; word < bytes.Length; word += 4)
            Array.Reverse(bytes, word, 4);
        return Plain(new IPAddress(bytes), number);
    }

    private static IPEndPoint Plain(IPAddress address, int port) => new(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, port);
}
