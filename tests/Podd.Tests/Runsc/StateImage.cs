using System.Buffers.Binary;
using System.Text;

namespace Pinacle.Podd.Tests.Runsc;

/// <summary>Writes a file as runsc writes a sandbox's kernel, with little in it: each byte a chunk of its own now and then, as runsc does.</summary>
internal sealed class StateImage
{
    private readonly MemoryStream _stream = new();

    // Of the graph; their numbers count from 1.
    private readonly List<string> _types = [];

    public StateImage Graph(int objects)
    {
        _types.Clear();
        return Number((1UL << 63) + (uint)objects);
    }

    public StateImage Type(string name, params string[] fields)
    {
        _types.Add(name);
        Number(17).Text(name).Number((ulong)fields.Length);
        foreach (var field in fields)
            Text(field);
        return this;
    }

    public StateImage Object(ulong id) => Number(2).Number(id);

    public StateImage Struct(string type, int fields) => Number(11).Number((ulong)_types.IndexOf(type) + 1).Number(13).Number((ulong)fields);

    public StateImage Uint(ulong value) => Number(2).Number(value);

    public StateImage Nil() => Number(5);

    public StateImage Ref(ulong root) => Number(6).Number(root).Number(0);

    /// <summary>A reference into an object: by a field's name, and the object's type.</summary>
    public StateImage RefInto(ulong root, string field)
    {
        Number(6).Number(root).Number(1).Number(((ulong)field.Length << 1) - 1);
        _stream.Write(Encoding.UTF8.GetBytes(field));
        return Number(1).Number(0).Number(1); // a pointer to type 1
    }

    /// <summary>A map of numbers to references.</summary>
    public StateImage Map(params (ulong Key, ulong Target)[] pairs)
    {
        Number(10).Number((ulong)pairs.Length);
        foreach (var (n, (key, target)) in pairs.Index())
        {
            _ = n == 0 ? Number(2).Number(key).Number(6) : Number(key);
            Number(target).Number(0);
        }
        return this;
    }

    public StateImage Number(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            _stream.WriteByte((byte)(value | 0x80));
        _stream.WriteByte((byte)value);
        return this;
    }

    public byte[] File(string compression = "none")
    {
        var file = new MemoryStream();
        var metadata = Encoding.UTF8.GetBytes($"{{\"compression\":\"{compression}\"}}");
        var number = new byte[8];
        file.Write("gVisorSF"u8);
        BinaryPrimitives.WriteUInt64BigEndian(number, (ulong)metadata.Length);
        file.Write(number);
        file.Write(metadata);
        file.Write(new byte[32]);
        var (content, chunk) = (_stream.ToArray(), 1);
        for (var at = 0; at < content.Length; at += chunk, chunk = (chunk % 7) + 1)
        {
            var length = Math.Min(chunk, content.Length - at);
            BinaryPrimitives.WriteUInt32BigEndian(number, (uint)length);
            file.Write(number, 0, 4);
            file.Write(content, at, length);
        }
        return file.ToArray();
    }

    private StateImage Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Number((ulong)bytes.Length);
        _stream.Write(bytes);
        return this;
    }
}
