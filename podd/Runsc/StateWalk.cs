using System.Text;

namespace Pinacle.Podd.Runsc;

/// <summary>Walks the objects of a <see cref="StateFile"/>, as gVisor's pkg/state and pkg/state/wire write them: graphs, one after the other, each its types and then its numbered objects.</summary>
internal sealed class StateWalk(StateFile file)
{
    /// <summary>Kinds of values (wire.go).</summary>
    public const ulong Uint = 2;

    /// <inheritdoc cref="Uint"/>
    public const ulong Nil = 5;

    /// <inheritdoc cref="Uint"/>
    public const ulong Ref = 6;

    /// <inheritdoc cref="Uint"/>
    public const ulong Map = 10;

    private const ulong Int = 1;
    private const ulong Text = 7;
    private const ulong Slice = 8;
    private const ulong Array = 9;
    private const ulong Struct = 11;
    private const ulong NoFields = 12;
    private const ulong Fields = 13;
    private const ulong Interface = 14;
    private const ulong Complex64 = 15;
    private const ulong Complex128 = 16;
    private const ulong Type = 17;
    private const ulong IsGraph = 1UL << 63;
    private const int Deepest = 200;
    private const int GraphShift = 40;

    private ulong _graph;

    /// <summary>What is wanted of the fields of an object.</summary>
    /// <param name="type">Full name of its type.</param>
    /// <param name="id">Its number, like no other of the file.</param>
    /// <param name="field">Name of the field.</param>
    /// <param name="kind">Kind of its value, which comes next and has to be read to its end.</param>
    public delegate void FieldVisitor(string type, ulong id, string field, ulong kind);

    /// <summary>Reads all graphs.</summary>
    /// <param name="types">Of whose objects the fields are wanted.</param>
    /// <param name="field">Takes each of these.</param>
    /// <param name="map">Takes each map that is an object by itself: its number; what follows has to be read to its end.</param>
    /// <exception cref="InvalidDataException">It is not as expected.</exception>
    public void Run(IReadOnlySet<string> types, FieldVisitor field, Action<ulong> map)
    {
        file.Rewind();
        _graph = 0;
        while (!file.IsAtEnd)
        {
            var header = file.ReadNumber();
            if ((header & IsGraph) == 0)
                file.Skip(header); // bytes of something else
            else
                Graph(header & ~IsGraph, types, field, map);
        }
    }

    /// <summary>Passes over a value.</summary>
    public void Skip(ulong kind, int depth = 0)
    {
        if (depth > Deepest)
            throw new InvalidDataException("values within values without end");
        switch (kind)
        {
            case Nil or NoFields:
                break;
            case 0 or Int or Uint or 3 or 4:
                file.ReadNumber();
                break;
            case Ref:
                ReadRef();
                break;
            case Text:
                file.Skip(file.ReadNumber());
                break;
            case Slice:
                file.ReadNumber();
                file.ReadNumber();
                ReadRef();
                break;
            case Array:
                Repeat(file.ReadNumber(), depth, pairs: false);
                break;
            case Map:
                Repeat(file.ReadNumber(), depth, pairs: true);
                break;
            case Struct:
                file.ReadNumber();
                Skip(file.ReadNumber(), depth + 1);
                break;
            case Fields:
                for (var left = Count(file.ReadNumber()); left > 0; left--)
                    Skip(file.ReadNumber(), depth + 1);
                break;
            case Interface:
                SkipType(depth);
                Skip(file.ReadNumber(), depth + 1);
                break;
            case Complex64 or Complex128:
                file.ReadNumber();
                file.ReadNumber();
                break;
            default:
                throw new InvalidDataException($"a value of kind {kind}");
        }
    }

    /// <summary>Reads a reference: the number of the object that it leads to or into; 0 for none.</summary>
    public ulong ReadRef()
    {
        var root = file.ReadNumber();
        var steps = Count(file.ReadNumber());
        for (var step = 0L; step < steps; step++)
        {
            var number = file.ReadNumber();
            if ((number & 1) != 0)
                file.Skip((number >> 1) + 1); // the name of a field: its length as a negative number
        }
        if (steps > 0)
            SkipType(0);
        return root == 0 ? 0 : Unique(root);
    }

    /// <summary>Reads what a map leads to whose values are references.</summary>
    public IReadOnlyList<ulong> ReadMapOfRefs()
    {
        var (targets, count) = (new List<ulong>(), Count(file.ReadNumber()));
        if (count == 0)
            return targets;
        var key = file.ReadNumber();
        Skip(key);
        if (file.ReadNumber() != Ref)
            throw new InvalidDataException("a map whose values are no references");
        targets.Add(ReadRef());
        while (targets.Count < count)
        {
            Skip(key);
            targets.Add(ReadRef());
        }
        return targets;
    }

    private void Graph(ulong objects, IReadOnlySet<string> wanted, FieldVisitor field, Action<ulong> map)
    {
        _graph++;
        var types = new List<(string Name, string[] Fields)?>();
        for (var left = Count(objects); left > 0;)
        {
            switch (file.ReadNumber())
            {
                case Type:
                    types.Add(ReadType(wanted));
                    break;
                case Uint:
                    Object(Unique(file.ReadNumber()), types, field, map);
                    left--;
                    break;
                case var kind:
                    throw new InvalidDataException($"kind {kind} where an object should begin");
            }
        }
    }

    private (string Name, string[] Fields)? ReadType(IReadOnlySet<string> wanted)
    {
        var name = Encoding.UTF8.GetString(file.ReadBytes(file.ReadNumber()));
        var fields = new string[Count(file.ReadNumber())];
        for (var n = 0; n < fields.Length; n++)
            fields[n] = Encoding.UTF8.GetString(file.ReadBytes(file.ReadNumber()));
        return wanted.Contains(name) ? (name, fields) : null;
    }

    private void Object(ulong id, List<(string Name, string[] Fields)?> types, FieldVisitor field, Action<ulong> map)
    {
        var kind = file.ReadNumber();
        if (kind == Map)
        {
            map(id);
            return;
        }
        if (kind != Struct)
        {
            Skip(kind);
            return;
        }
        // Types count from 1.
        var number = file.ReadNumber();
        if (number < 1 || number > (ulong)types.Count || types[(int)number - 1] is not { } type)
        {
            Skip(file.ReadNumber());
            return;
        }
        if (file.ReadNumber() != Fields || file.ReadNumber() != (ulong)type.Fields.Length)
            throw new InvalidDataException($"a {type.Name} with other fields than its type has");
        foreach (var name in type.Fields)
            field(type.Name, id, name, file.ReadNumber());
    }

    // The kind of the elements is said once, before the first; of a map that of keys, and after the first key that of values.
    private void Repeat(ulong number, int depth, bool pairs)
    {
        var count = Count(number);
        if (count == 0)
            return;
        var key = file.ReadNumber();
        Skip(key, depth + 1);
        var value = pairs ? file.ReadNumber() : Nil;
        Skip(value, depth + 1);
        for (var left = count - 1; left > 0; left--)
        {
            Skip(key, depth + 1);
            Skip(value, depth + 1);
        }
    }

    private void SkipType(int depth)
    {
        if (depth > Deepest)
            throw new InvalidDataException("types within types without end");
        switch (file.ReadNumber())
        {
            case 0: // a type's number
                file.ReadNumber();
                break;
            case 1 or 3: // a pointer, a slice
                SkipType(depth + 1);
                break;
            case 2: // an array
                file.ReadNumber();
                SkipType(depth + 1);
                break;
            case 4: // a map
                SkipType(depth + 1);
                SkipType(depth + 1);
                break;
            case 5: // none
                break;
            case var kind:
                throw new InvalidDataException($"a type of kind {kind}");
        }
    }

    // Numbers begin anew in each graph.
    private ulong Unique(ulong id) => id >> GraphShift == 0 ? (_graph << GraphShift) | id : throw new InvalidDataException($"object {id}");

    // What takes no bytes can be there ever so often: never more often than the file has bytes.
    private long Count(ulong number) => number <= (ulong)file.Length ? (long)number : throw new InvalidDataException($"{number} values in a file of {file.Length} bytes");
}
