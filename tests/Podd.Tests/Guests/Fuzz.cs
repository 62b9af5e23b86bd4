using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;

namespace Pinacle.Podd.Tests.Guests;

/// <summary>Bytes that are nearly the protocol's, the same for the same seed.</summary>
internal sealed class Fuzz(int seed)
{
    private static readonly string[] Strange = ["", "\0", "../../etc/shadow", "/", "/proc/1/mem", "/dev/zero", "a\nb", "\ud800", "\u202e", "NaN", "🜁", new('x', 70_000)];

    private readonly Random _random = new(seed);

    /// <summary>How many rounds: few in every run, many in a proof (<c>make proof</c> sets <c>PINACLE_PROOF</c>).</summary>
    public static int Rounds(int few) => Environment.GetEnvironmentVariable("PINACLE_PROOF") is null ? few : few * 100;

    /// <summary>The seed to begin with: <c>PINACLE_SEED</c>, or a fixed one.</summary>
    public static int FirstSeed => int.TryParse(Environment.GetEnvironmentVariable("PINACLE_SEED"), out var seed) ? seed : 7410;

    public int Number(int below) => _random.Next(below);

    public T OneOf<T>(IReadOnlyList<T> all) => all[_random.Next(all.Count)];

    /// <summary>A JSON object of these members, some changed, doubled, dropped or of another kind; sometimes cut, sometimes with a byte turned.</summary>
    public byte[] Line(params IEnumerable<(string Name, string Json)> members)
    {
        var parts = members.Where(_ => Number(10) > 0).Select(member => $"\"{member.Name}\":{(Number(4) == 0 ? Value(3) : member.Json)}").ToList();
        while (Number(3) == 0)
            parts.Add($"\"{OneOf(["act", "path", "port", "status", "fault", "listing", "terminals", "strange"])}\":{Value(3)}");
        var text = $"{{{string.Join(',', parts)}}}";
        return Broken(Encoding.UTF8.GetBytes(Number(12) == 0 ? text[..Number(text.Length)] : text));
    }

    /// <summary>Frames, most of them whole, with kinds, lengths and contents of all sorts.</summary>
    public byte[] Frames()
    {
        var all = new List<byte>();
        for (var count = Number(8); count >= 0; count--)
        {
            var payload = Number(3) == 0 ? Noise(Number(2000)) : Encoding.UTF8.GetBytes(Value(3));
            var head = new byte[5];
            head[0] = (byte)Number(Number(4) == 0 ? 256 : 13);
            BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(1), Number(15) == 0 ? OneOf([-1, int.MaxValue, int.MinValue, (64 << 10) + 1, 4711]) : payload.Length);
            all.AddRange(head);
            all.AddRange(payload);
        }
        return [.. all];
    }

    /// <summary>Any JSON, at most so deep.</summary>
    public string Value(int depth) => Number(depth > 0 ? 10 : 6) switch
    {
        0 => "null",
        1 => OneOf(["true", "false"]),
        2 => OneOf(["0", "-1", "7410", "2147483648", "1e400", "-9223372036854775808", "0.5"]),
        3 => new string('[', 200) + new string(']', 200),
        4 or 5 => JsonValue.Create(OneOf(Strange)).ToJsonString(),
        6 or 7 => $"[{string.Join(',', Enumerable.Range(0, Number(5)).Select(_ => Value(depth - 1)))}]",
        _ => $"{{{string.Join(',', Enumerable.Range(0, Number(5)).Select(_ => $"\"{OneOf(["name", "port", "state", "kind", "seq", "message", "items", "ports", "services", "command", "code"])}\":{Value(depth - 1)}"))}}}",
    };

    public byte[] Noise(int length)
    {
        var bytes = new byte[length];
        _random.NextBytes(bytes);
        return bytes;
    }

    private byte[] Broken(byte[] bytes)
    {
        if (bytes.Length > 0 && Number(8) == 0)
            bytes[Number(bytes.Length)] = (byte)Number(256);
        return bytes;
    }
}
