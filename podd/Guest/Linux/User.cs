using System.Globalization;

namespace Pinacle.Guest.Linux;

/// <summary>A user of the pod, from the image's own <c>/etc/passwd</c> and <c>/etc/group</c>.</summary>
internal sealed record User(string Name, uint Uid, uint Gid, string Home, string Shell, uint[] Groups)
{
    private const string Accounts = "/etc/passwd";
    private const string Memberships = "/etc/group";
    private const int MostKnown = 64;
    private static readonly Dictionary<string, User?> _known = new(StringComparer.Ordinal);
    private static (FileStat?, FileStat?) _stamps;
    private static readonly User Root = new("root", 0, 0, "/root", "/bin/sh", [0]);

    /// <summary>The user of that name, or null.</summary>
    public static User? Find(string name)
    {
        var stamps = Stamps();
        lock (_known)
        {
            if (_stamps != stamps)
                _known.Clear();
            _stamps = stamps;
            if (_known.TryGetValue(name, out var known))
                return known;
        }
        var user = Read(name);
        lock (_known)
        {
            if (_stamps == stamps && _known.Count < MostKnown)
                _known[name] = user;
        }
        return user;
    }

    private static User? Read(string name)
    {
        var line = Lines(Accounts).FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.Ordinal))?.Split(':');
        if (line is not { Length: >= 7 } || !uint.TryParse(line[2], CultureInfo.InvariantCulture, out var uid) || !uint.TryParse(line[3], CultureInfo.InvariantCulture, out var gid))
            return null;
        return new User(name, uid, gid, line[5], line[6], [gid, .. MoreGroups(name)]);
    }

    /// <summary>Root, also where the image has no word of it.</summary>
    public static User Superuser => Find("root") ?? Root;

    /// <summary>The user of that name; the ordinary one for null.</summary>
    /// <exception cref="Contracts.FaultException">There is none.</exception>
    public static User Named(string? name) => name is null
        ? Ordinary
        : Find(name) ?? throw new Contracts.FaultException(Contracts.FaultKind.Invalid, $"cannot be user {name}: this pod has none of that name");

    /// <summary>The pod's ordinary user; root where the image has none.</summary>
    public static User Ordinary => Find(Contracts.GuestProtocol.User) ?? Root;

    private static IEnumerable<uint> MoreGroups(string name) =>
        Lines(Memberships)
            .Select(line => line.Split(':'))
            .Where(fields => fields.Length >= 4 && fields[3].Split(',').Contains(name))
            .Select(fields => uint.TryParse(fields[2], CultureInfo.InvariantCulture, out var gid) ? gid : 0)
            .Where(gid => gid != 0)
            .Take(32);

    private static string[] Lines(string file) => File.Exists(file) ? File.ReadAllLines(file) : [];

    // Every command asks, and reading both files takes thirty system calls: one each tells that they are what they were.
    private static (FileStat?, FileStat?) Stamps() => (FileStat.Of(Accounts), FileStat.Of(Memberships));
}
