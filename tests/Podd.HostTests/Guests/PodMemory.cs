using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Pinacle.Podd.Cgroups;
using Pinacle.Podd.Commands;
using Pinacle.Podd.Linux;
using Pinacle.Podd.Runsc;

namespace Pinacle.Podd.HostTests.Guests;

/// <summary>What a sandbox costs in memory, by what runs in it: the bundle of a pod, started by bare runsc with podd's own flags, with other arguments and a network namespace without a link.</summary>
/// <param name="runsc">The binary.</param>
/// <param name="bundle">Folder of the pod's <c>config.json</c>; the pod must not run.</param>
public sealed class PodMemory(string runsc, string bundle)
{
    private const string Parent = "/podd-measure";
    private const long Steady = 128 << 10;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly HostCommand _command = new(NullLogger<HostCommand>.Instance);

    /// <summary>Starts it, waits until its memory stands still for 5 s, and ends it.</summary>
    /// <param name="arguments">What runs as PID 1; none for the bundle's own, which is the guest.</param>
    public async Task<Sample> Measure(params string[] arguments)
    {
        var (id, folder) = (Guid.CreateVersion7().ToString(), Directory.CreateTempSubdirectory("pinacle-memory-").FullName);
        var cgroup = Cgroup.At($"{Parent}/{id}");
        try
        {
            await Write(folder, cgroup.Path, arguments);
            cgroup.PrepareParent();
            await new RunscClient(runsc, Path.Combine(folder, "state"), _command).Run(id, folder, Path.Combine(folder, "log"), CancellationToken.None);
            return await Settled(cgroup);
        }
        finally
        {
            for (var began = TimeProvider.System.GetTimestamp(); cgroup.Processes is { Count: > 0 } processes && TimeProvider.System.GetElapsedTime(began) < Limit; await Task.Delay(20))
            {
                foreach (var process in processes)
                    _ = LibC.Kill(process, LibC.SIGKILL);
            }
            cgroup.Remove();
            Cgroup.At(Parent).Remove();
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task Write(string folder, string cgroup, string[] arguments)
    {
        var config = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(bundle, "config.json")))!;
        if (arguments.Length > 0)
            config["process"]!["args"] = new JsonArray([.. arguments.Select(argument => JsonValue.Create(argument))]);
        config["linux"]!["cgroupsPath"] = cgroup;
        foreach (var space in config["linux"]!["namespaces"]!.AsArray())
            space!.AsObject().Remove("path");
        await File.WriteAllTextAsync(Path.Combine(folder, "config.json"), config.ToJsonString());
    }

    private static async Task<Sample> Settled(Cgroup cgroup)
    {
        var (before, same, began) = (Read(cgroup), 0, TimeProvider.System.GetTimestamp());
        while (same < 5)
        {
            if (TimeProvider.System.GetElapsedTime(began) > Limit)
                throw new TimeoutException($"the memory of {cgroup.Path} does not settle: {before}");
            await Task.Delay(Look);
            var now = Read(cgroup);
            same = Math.Abs(now.Own - before.Own) <= Steady ? same + 1 : 0;
            before = now;
        }
        return before;
    }

    // memory.stat: "total_rss" and "total_shmem" of v1, "anon" and "shmem" of v2. gVisor keeps the memory of a pod's processes in a memfd, which is shmem.
    private static Sample Read(Cgroup cgroup)
    {
        var file = File.Exists($"/sys/fs/cgroup{cgroup.Path}/memory.stat") ? $"/sys/fs/cgroup{cgroup.Path}/memory.stat" : $"/sys/fs/cgroup/memory{cgroup.Path}/memory.stat";
        var stat = File.ReadLines(file).Select(line => line.Split(' ')).ToDictionary(pair => pair[0], pair => long.Parse(pair[1], CultureInfo.InvariantCulture), StringComparer.Ordinal);
        return new Sample(cgroup.Memory, (stat.TryGetValue("total_rss", out var rss) ? rss : stat["anon"]) + (stat.TryGetValue("total_shmem", out var shared) ? shared : stat["shmem"]));
    }

    /// <summary>Bytes of one sandbox.</summary>
    /// <param name="Charged">All that is charged to its cgroup, files that the kernel keeps in memory for it included.</param>
    /// <param name="Own">What is its own: of its processes and of the sandbox.</param>
    public readonly record struct Sample(long Charged, long Own);
}
