using System.Text.Json.Nodes;
using Pinacle.Benchmarks.Measuring;
using Pinacle.Contracts;
using Pinacle.Podd.Bundles;
using Pinacle.Podd.Cgroups;
using Pinacle.Podd.Commands;
using Pinacle.Podd.Guests;
using Pinacle.Podd.Runsc;

namespace Pinacle.Benchmarks.Pods;

/// <summary>The peer of podd: runsc alone, on the bundle that podd wrote for a pod of its own. Disk, namespace and link are there before the clock starts.</summary>
public sealed class BareRunsc : IAsyncDisposable
{
    private const string Namespace = "pinacle-bench";
    private const string Link = "pnbench0";
    private const string Address = "10.246.0.2";
    private const string Pods = "/pinacle-bench-runsc-pods";

    private readonly CpuAccount _account = new("runsc");
    private readonly HostCommand _command;
    private readonly string _folder = Directory.CreateTempSubdirectory("pinacle-bench-").FullName;
    private readonly string _template;
    private readonly string _image;
    private readonly string _disks;
    private readonly string _binary;
    private readonly RunscClient _runsc;
    private string _id = "";

    /// <summary>Makes what all starts share.</summary>
    /// <param name="command">Starts programs.</param>
    /// <param name="runsc">The binary.</param>
    /// <param name="template">Folder of a pod of podd's.</param>
    /// <param name="pool">Where disks are.</param>
    public BareRunsc(HostCommand command, string runsc, string template, string pool)
    {
        (_command, _template, _disks) = (command, template, Path.Combine(pool, "bench"));
        _image = Directory.GetDirectories(Path.Combine(pool, "images"))[0];
        _binary = Path.Combine(_folder, "runsc");
        // Counted from its first instruction, like what podd starts.
        var (program, arguments) = _account.Counted(runsc);
        File.WriteAllText(_binary, $"#!{program}\nexec {program} {string.Join(' ', arguments.Select(argument => $"'{argument}'"))} \"$@\"\n");
        File.SetUnixFileMode(_binary, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _runsc = new RunscClient(_binary, Path.Combine(_folder, "root"), command);
        Directory.CreateDirectory(_disks);
        Cgroup.At(Pods + "/any").PrepareParent();
    }

    /// <summary>Measures it: runsc's own processes and the sandboxes.</summary>
    public Meter Meter => new(() => _account.Used + Cgroup.At(Pods).CpuTime);

    /// <summary>What has to be there before a start.</summary>
    public async Task Prepare()
    {
        _id = Guid.CreateVersion7().ToString();
        await _command.Run("ip", ["netns", "delete", Namespace], allow: [1]);
        await _command.Run("ip", ["link", "delete", Link], allow: [1]);
        await _command.Run("ip", ["netns", "add", Namespace]);
        await _command.Run("ip", ["link", "add", Link, "type", "veth", "peer", "name", "eth0", "netns", Namespace]);
        await _command.Run("ip", ["address", "add", "10.246.0.1/30", "dev", Link]);
        await _command.Run("ip", ["link", "set", Link, "up"]);
        await _command.Run("ip", ["-n", Namespace, "address", "add", $"{Address}/30", "dev", "eth0"]);
        await _command.Run("ip", ["-n", Namespace, "link", "set", "eth0", "up"]);
        await _command.Run("ip", ["-n", Namespace, "link", "set", "lo", "up"]);
        await _command.Run("btrfs", ["subvolume", "snapshot", _image, Path.Combine(_disks, _id)]);

        var config = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(_template, "config.json")))!;
        config["root"]!["path"] = Path.Combine(_disks, _id);
        config["linux"]!["cgroupsPath"] = $"{Pods}/{_id}";
        config["linux"]!["namespaces"]!.AsArray().Single(each => (string?)each!["type"] == "network")!["path"] = $"/run/netns/{Namespace}";
        await File.WriteAllTextAsync(Path.Combine(_folder, "config.json"), config.ToJsonString());
    }

    /// <summary><c>runsc run</c>.</summary>
    public Task Start() => _runsc.Run(_id, _folder, Path.Combine(_folder, "sandbox.log"), CancellationToken.None);

    /// <summary>Waits for the guest as podd does.</summary>
    public async Task AnswerOfGuest()
    {
        var guest = new GuestClient(Address, GuestProtocol.Port, PodKey.Read(Path.Combine(_template, "run")));
        while (true)
        {
            try
            {
                await guest.Status(CancellationToken.None);
                return;
            }
            catch (FaultException error) when (error.Fault.Kind is FaultKind.PodDown or FaultKind.Timeout)
            {
                await Task.Delay(20);
            }
        }
    }

    /// <summary><c>runsc exec</c>.</summary>
    public Task Exec() => _command.Run(_binary, ["--root", Path.Combine(_folder, "root"), "exec", _id, "/bin/true"]);

    /// <summary><c>runsc delete --force</c>.</summary>
    public Task Delete() => _command.Run(_binary, ["--root", Path.Combine(_folder, "root"), "delete", "--force", _id]);

    /// <summary>Takes away what <see cref="Prepare"/> made.</summary>
    public async Task Clear()
    {
        await _command.Run("btrfs", ["subvolume", "delete", Path.Combine(_disks, _id)]);
        await _command.Run("ip", ["netns", "delete", Namespace]);
        await _command.Run("ip", ["link", "delete", Link], allow: [1]);
    }

    public ValueTask DisposeAsync()
    {
        Cgroup.At(Pods).Remove();
        _account.Dispose();
        Directory.Delete(_disks);
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
