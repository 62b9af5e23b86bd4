using Microsoft.Extensions.Logging.Abstractions;
using Pinacle.Podd.Commands;

namespace Pinacle.Podd.HostTests.Pods;

/// <summary>What podds that were killed have left on a machine, three hundred of it and more, and what others have there under names that are nearly podd's.</summary>
internal sealed class Leaks(PoddProcess podd) : IAsyncDisposable
{
    private const int Slots = 100;
    private const int FirstSlot = 40;
    private const string ForeignBridge = "phother0";

    private static readonly EnumerationOptions Deep = new() { RecurseSubdirectories = true, MaxRecursionDepth = 3 };

    private readonly HostCommand _command = new(NullLogger<HostCommand>.Instance);
    private readonly string[] _ids = [.. Enumerable.Range(0, 100).Select(_ => Guid.CreateVersion7().ToString())];
    private readonly string _foreignId = Guid.CreateVersion7().ToString();
    private readonly string[] _foreignNamespaces = ["ph-040", "ph-x41", "phx-42", "xph-43", "ph-99999999", "ph"];
    // The last has exactly a name of podd's, and is a port of somebody else's bridge.
    private readonly string[] _foreignLinks = ["ph040", "phx41", "xph42", "ph43x", "ph39"];

    private static string[] Controllers => [.. Directory.GetDirectories("/sys/fs/cgroup").Where(folder => Directory.Exists(folder + "/podd-ph"))];

    /// <summary>Makes all of it, beside what a podd that is not running now has.</summary>
    public async Task Make()
    {
        await Ip(Enumerable.Range(FirstSlot, Slots).SelectMany(Network));
        await Ip([
            .. _foreignNamespaces.Select(name => $"netns add {name}"),
            $"link add name {ForeignBridge} type bridge",
            .. _foreignLinks[..^1].Select(name => $"link add name {name} type bridge"),
            $"link add name {_foreignLinks[^1]} master {ForeignBridge} type veth peer name phpeer",
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
            .. slots.SelectMany(slot => (string[])[$"/run/netns/ph-{slot}", $"/sys/class/net/ph{slot}"]).Where(Path.Exists),
            .. Controllers.SelectMany(folder => _ids.Select(id => $"{folder}/podd-ph/{id}")).Where(Path.Exists),
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
        foreach (var name in _foreignLinks.Append(ForeignBridge).Where(name => Path.Exists("/sys/class/net/" + name)))
            await _command.Run("ip", ["link", "delete", "dev", name]);
        foreach (var folder in Foreign.Where(Directory.Exists))
            Directory.Delete(folder);
        foreach (var controller in Controllers.Select(folder => folder + "/podd-phx").Where(Directory.Exists))
            Directory.Delete(controller);
        File.Delete(ForeignState);
    }

    private IReadOnlyList<string> Foreign =>
    [
        Path.Combine(podd.Root, "pods", "notes"), Path.Combine(podd.Root, "pods", _foreignId.ToUpperInvariant()), Path.Combine(podd.Root, "pods", _foreignId + "-old"),
        Path.Combine(podd.Pool, "pods", "notes"), Path.Combine(podd.Pool, "pods", _foreignId + ".bak"),
        .. Controllers.SelectMany(folder => (string[])[$"{folder}/podd-ph/notes", $"{folder}/podd-ph/{_foreignId}x", $"{folder}/podd-phx/{_foreignId}"]),
    ];

    private string ForeignState => Path.Combine(podd.Root, "sandboxes", "other_sandbox:other.state");

    private bool Leaked(string path) => _ids.Any(id => path.Contains(id, StringComparison.Ordinal)) || path.EndsWith(".new", StringComparison.Ordinal);

    // Some whole, of some only one part.
    private static string[] Network(int slot) => (slot % 4) switch
    {
        0 => [$"netns add ph-{slot}"],
        1 => [$"link add name ph{slot} master phbr0 type veth peer name lk{slot}"],
        _ => [$"netns add ph-{slot}", $"link add name ph{slot} master phbr0 type veth peer name eth0 netns ph-{slot}"],
    };

    private async Task Leave(string id, int index)
    {
        foreach (var controller in Controllers)
            Directory.CreateDirectory($"{controller}/podd-ph/{id}/below");
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
