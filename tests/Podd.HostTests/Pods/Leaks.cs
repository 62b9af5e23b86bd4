using Microsoft.Extensions.Logging.Abstractions;
using Pinacle.Podd.Commands;

namespace Pinacle.Podd.HostTests.Pods;

/// <summary>What podds that were killed have left on a machine, three hundred of it and more, and what others have there under names that are nearly podd's.</summary>
internal sealed class Leaks(PoddProcess podd) : IAsyncDisposable
{
    private const int Slots = 100;
    private const int FirstSlot = 40;

    private static readonly EnumerationOptions Deep = new() { RecurseSubdirectories = true, MaxRecursionDepth = 3 };

    private readonly HostCommand _command = new(NullLogger<HostCommand>.Instance);
    private readonly string[] _ids = [.. Enumerable.Range(0, 100).Select(_ => Guid.CreateVersion7().ToString())];
    private readonly string _foreignId = Guid.CreateVersion7().ToString();
    private readonly string _its = podd.Place.Instance;
    private readonly string _cgroups = podd.Place.CgroupParent;
    private readonly string _foreignBridge = podd.Place.Instance + "other0";
    private readonly string[] _foreignNamespaces = [.. ((string[])["{0}-040", "{0}-x41", "{0}x-42", "x{0}-43", "{0}-99999999", "{0}"]).Select(name => name.Replace("{0}", podd.Place.Instance, StringComparison.Ordinal))];
    // The last has exactly a name of podd's, and is a port of somebody else's bridge.
    private readonly string[] _foreignLinks = [.. ((string[])["{0}040", "{0}x41", "x{0}42", "{0}43x", "{0}39"]).Select(name => name.Replace("{0}", podd.Place.Instance, StringComparison.Ordinal))];

    private string[] Controllers => [.. Directory.GetDirectories("/sys/fs/cgroup").Where(folder => Directory.Exists(folder + _cgroups))];

    /// <summary>Makes all of it, beside what a podd that is not running now has.</summary>
    public async Task Make()
    {
        await Ip(Enumerable.Range(FirstSlot, Slots).SelectMany(Network));
        await Ip([
            .. _foreignNamespaces.Select(name => $"netns add {name}"),
            $"link add name {_foreignBridge} type bridge",
            .. _foreignLinks[..^1].Select(name => $"link add name {name} type bridge"),
            $"link add name {_foreignLinks[^1]} master {_foreignBridge} type veth peer name {_its}peer",
        ]);
        foreach (var (id, index) in _ids.Select((id, index) => (id, index)))
            await Leave(id, index);
        foreach (var id in _ids[..20])
            await _command.Run("btrfs", ["subvolume", "create", Path.Combine(podd.Pool, "pods", id)]);
        foreach (var kind in (string[])["runsc", "guest"])
            Directory.CreateDirectory(Path.Combine(podd.Root, kind, new string('a', 64) + ".new"));
        foreach (var folder in Foreign)
            Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(ForeignState, "{}");
    }

    /// <summary>What is podd's and still there.</summary>
    public IReadOnlyList<string> Left()
    {
        var slots = Enumerable.Range(FirstSlot, Slots);
        return
        [
            .. slots.SelectMany(slot => (string[])[$"/run/netns/{_its}-{slot}", $"/sys/class/net/{_its}{slot}"]).Where(Path.Exists),
            .. Controllers.SelectMany(folder => _ids.Select(id => $"{folder}{_cgroups}/{id}")).Where(Path.Exists),
            .. ((string[])["pods", "sandboxes", "runsc", "guest"]).SelectMany(folder => Directory.GetFileSystemEntries(Path.Combine(podd.Root, folder), "*", Deep)).Where(Leaked),
            .. Directory.GetFileSystemEntries(Path.Combine(podd.Pool, "pods")).Where(Leaked),
        ];
    }

    /// <summary>What is others' and gone.</summary>
    public IReadOnlyList<string> Missed() =>
        [.. Foreign.Append(ForeignState).Concat(_foreignNamespaces.Select(name => "/run/netns/" + name)).Concat(_foreignLinks.Select(name => "/sys/class/net/" + name)).Where(path => !Path.Exists(path))];

    public async ValueTask DisposeAsync()
    {
        foreach (var name in _foreignNamespaces.Where(name => File.Exists("/run/netns/" + name)))
            await _command.Run("ip", ["netns", "delete", name]);
        foreach (var name in _foreignLinks.Append(_foreignBridge).Where(name => Path.Exists("/sys/class/net/" + name)))
            await _command.Run("ip", ["link", "delete", "dev", name]);
        foreach (var folder in Foreign.Where(Directory.Exists))
            Directory.Delete(folder);
        foreach (var controller in Controllers.Select(folder => folder + _cgroups + "x").Where(Directory.Exists))
            Directory.Delete(controller);
        File.Delete(ForeignState);
    }

    private IReadOnlyList<string> Foreign =>
    [
        Path.Combine(podd.Root, "pods", "notes"), Path.Combine(podd.Root, "pods", _foreignId.ToUpperInvariant()), Path.Combine(podd.Root, "pods", _foreignId + "-old"),
        Path.Combine(podd.Pool, "pods", "notes"), Path.Combine(podd.Pool, "pods", _foreignId + ".bak"),
        .. Controllers.SelectMany(folder => (string[])[$"{folder}{_cgroups}/notes", $"{folder}{_cgroups}/{_foreignId}x", $"{folder}{_cgroups}x/{_foreignId}"]),
    ];

    private string ForeignState => Path.Combine(podd.Root, "sandboxes", "other_sandbox:other.state");

    private bool Leaked(string path) => _ids.Any(id => path.Contains(id, StringComparison.Ordinal)) || path.EndsWith(".new", StringComparison.Ordinal);

    // Some whole, of some only one part.
    private string[] Network(int slot) => (slot % 4) switch
    {
        0 => [$"netns add {_its}-{slot}"],
        1 => [$"link add name {_its}{slot} master {podd.Place.Bridge} type veth peer name lk{slot}"],
        _ => [$"netns add {_its}-{slot}", $"link add name {_its}{slot} master {podd.Place.Bridge} type veth peer name eth0 netns {_its}-{slot}"],
    };

    private async Task Leave(string id, int index)
    {
        foreach (var controller in Controllers)
            Directory.CreateDirectory($"{controller}{_cgroups}/{id}/below");
        if (index % 2 == 0)
        {
            var folder = Directory.CreateDirectory(Path.Combine(podd.Root, "pods", id, "run")).Parent!.FullName;
            await File.WriteAllTextAsync(Path.Combine(folder, "pod.json.tmp"), "{ \"spec");
            await File.WriteAllTextAsync(Path.Combine(folder, "config.json"), "{}");
        }
        else
        {
            await File.WriteAllTextAsync(Path.Combine(podd.Root, "sandboxes", $"{id}_sandbox:{id}.state"), "{}");
            await File.WriteAllTextAsync(Path.Combine(podd.Root, "sandboxes", $"runsc-{id}.sock"), "");
        }
    }

    private Task Ip(IEnumerable<string> lines) => _command.Run("ip", ["-batch", "-"], TimeSpan.FromMinutes(2), input: string.Join('\n', lines) + "\n");
}
