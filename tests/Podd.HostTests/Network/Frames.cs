using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;

namespace Pinacle.Podd.HostTests.Network;

/// <summary>Ethernet frames, byte by byte.</summary>
internal static class Frames
{
    public const string Everybody = "ff:ff:ff:ff:ff:ff";

    /// <summary>A UDP packet in IPv4 (RFC 791, 768).</summary>
    public static byte[] Udp((string Mac, string Ip) from, (string Mac, string Ip) to, int port, string text)
    {
        var payload = Encoding.ASCII.GetBytes(text);
        var ip = new byte[28 + payload.Length];
        (ip[0], ip[8], ip[9]) = (0x45, 64, 17);
        BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(2), (ushort)ip.Length);
        IPAddress.Parse(from.Ip).GetAddressBytes().CopyTo(ip, 12);
        IPAddress.Parse(to.Ip).GetAddressBytes().CopyTo(ip, 16);
        BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(10), Checksum(ip.AsSpan(0, 20)));
        BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(20), 40000);
        BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(22), (ushort)port);
        BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(24), (ushort)(8 + payload.Length)); // checksum 0: none
        payload.CopyTo(ip, 28);
        return Ethernet(from.Mac, to.Mac, 0x0800, ip);
    }

    /// <summary>The same in a VLAN (IEEE 802.1Q).</summary>
    public static byte[] Tagged(byte[] frame) => [.. frame[..12], 0x81, 0, 0, 1, .. frame[12..]];

    /// <summary>ARP (RFC 826), with text in the padding.</summary>
    /// <param name="frame">Whose frame it is, and whom it is for.</param>
    /// <param name="operation">1 asks, 2 answers.</param>
    /// <param name="sender">Who it says that it is.</param>
    /// <param name="target">Whom it asks for, or tells.</param>
    /// <param name="text">The padding.</param>
    public static byte[] Arp((string From, string To) frame, byte operation, (string Mac, string Ip) sender, (string Mac, string Ip) target, string text) =>
        Ethernet(frame.From, frame.To, 0x0806,
        [
            0, 1, 8, 0, 6, 4, 0, operation,
            .. Mac(sender.Mac), .. IPAddress.Parse(sender.Ip).GetAddressBytes(), .. Mac(target.Mac), .. IPAddress.Parse(target.Ip).GetAddressBytes(),
            .. Encoding.ASCII.GetBytes(text.PadRight(18)),
        ]);

    /// <summary>A UDP packet in IPv6 (RFC 8200) whose checksum nobody will come to look at.</summary>
    public static byte[] Ipv6((string Mac, string Ip) from, (string Mac, string Ip) to, string text)
    {
        var payload = Encoding.ASCII.GetBytes(text);
        return Ethernet(from.Mac, to.Mac, 0x86dd,
        [
            0x60, 0, 0, 0, 0, (byte)(8 + payload.Length), 17, 64, .. IPAddress.Parse(from.Ip).GetAddressBytes(), .. IPAddress.Parse(to.Ip).GetAddressBytes(),
            0x9c, 0x40, 0x1f, 0x90, 0, (byte)(8 + payload.Length), 0, 0, .. payload,
        ]);
    }

    private static byte[] Ethernet(string from, string to, ushort type, byte[] payload) => [.. Mac(to), .. Mac(from), (byte)(type >> 8), (byte)type, .. payload];

    private static byte[] Mac(string text) => [.. text.Split(':').Select(part => byte.Parse(part, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];

    private static ushort Checksum(ReadOnlySpan<byte> header)
    {
        uint sum = 0;
        for (var i = 0; i < header.Length; i += 2)
            sum += BinaryPrimitives.ReadUInt16BigEndian(header[i..]);
        while (sum > 0xffff)
            sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)~sum;
    }
}
