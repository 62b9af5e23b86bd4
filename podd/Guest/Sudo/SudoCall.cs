using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Pinacle.Contracts;

namespace Pinacle.Guest.Sudo;

/// <summary>What a <c>sudo</c> asks of the guest: four bytes of length, then strings that end with NUL.</summary>
internal sealed record SudoCall(string? User, string Directory, IReadOnlyList<string> Command, IReadOnlyDictionary<string, string> Environment)
{
    /// <summary>Longest call in bytes.</summary>
    public const int Longest = 4 << 20;

    public byte[] Write()
    {
        string[] all = [User ?? "", Directory, Command.Count.ToString(CultureInfo.InvariantCulture), .. Command, .. Environment.Select(pair => $"{pair.Key}={pair.Value}")];
        var text = Encoding.UTF8.GetBytes(string.Concat(all.Select(value => value + '\0')));
        var bytes = new byte[4 + text.Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, text.Length);
        text.CopyTo(bytes, 4);
        return bytes;
    }

    /// <summary>Reads what comes behind the length.</summary>
    public static SudoCall Read(ReadOnlySpan<byte> bytes)
    {
        var parts = Encoding.UTF8.GetString(bytes).Split('\0')[..^1];
        if (parts.Length < 4 || !int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count < 1 || parts.Length < 3 + count)
            throw new FaultException(FaultKind.Invalid, "cannot understand the call");
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in parts[(3 + count)..])
        {
            if (pair.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals)
                environment[pair[..equals]] = pair[(equals + 1)..];
        }
        return new SudoCall(parts[0].Length == 0 ? null : parts[0], parts[1], parts[3..(3 + count)], environment);
    }
}
