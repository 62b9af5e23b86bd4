using System.Globalization;
using Pinacle.Benchmarks.Measuring;
using Pinacle.Contracts;
using Pinacle.Podd.Cgroups;
using Pinacle.Podd.HostTests.Pods;

namespace Pinacle.Benchmarks.Pods;

/// <summary>A podd with a pool of its own, whose CPU time is counted.</summary>
public sealed class PoddUnderTest : IAsyncDisposable
{
    private readonly CpuAccount _account = new("podd");

    /// <summary>The process.</summary>
    public PoddProcess Podd { get; } = new([PoddPlace.Benchmarks]);

    /// <summary>Measures podd, what it starts, and its pods.</summary>
    public Meter Meter => new(() => Own + OfPods);

    /// <summary>CPU time of podd and of what it starts, without pods.</summary>
    public TimeSpan Own => _account.Used;

    /// <summary>CPU time of the pods.</summary>
    public static TimeSpan OfPods => Cgroup.At(PoddPlace.Benchmarks.CgroupParent).CpuTime;

    /// <summary>Bytes of podd's resident memory.</summary>
    public long Memory => 1024 * long.Parse(
        File.ReadLines($"/proc/{Podd.ProcessId!.Value.ToString(CultureInfo.InvariantCulture)}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);

    /// <summary>Starts it.</summary>
    public async Task<PoddUnderTest> Start()
    {
        await Podd.InitializeAsync();
        _account.Take(Podd.ProcessId!.Value);
        return this;
    }

    /// <summary>Restarts it, as after a crash.</summary>
    public async Task Restart()
    {
        await Podd.Kill();
        await Podd.Start();
        _account.Take(Podd.ProcessId!.Value);
    }

    /// <summary>Bytes that a pod's processes are charged with, files that they read included.</summary>
    public static long MemoryOf(string id) => Cgroup.At($"{PoddPlace.Benchmarks.CgroupParent}/{id}").Memory;

    /// <summary>Makes a pod.</summary>
    public async Task<PodReport> Create(PodSpec spec) => await Act(HttpMethod.Put, $"/v1/pods/{spec.Id}", spec) ?? throw new InvalidOperationException("cannot create a pod: no report");

    /// <summary>Stops and deletes it.</summary>
    public async Task Remove(string id)
    {
        await Act(HttpMethod.Post, $"/v1/pods/{id}/stop");
        await Act(HttpMethod.Delete, $"/v1/pods/{id}");
    }

    public async ValueTask DisposeAsync()
    {
        await Podd.DisposeAsync();
        _account.Dispose();
    }

    /// <summary>What podd says of a pod.</summary>
    public Task<PodReport> Report(string id) => Podd.Get($"/v1/pods/{id}", ContractsJson.Default.PodReport);

    /// <summary>Does something to its end.</summary>
    /// <exception cref="FaultException">podd refused it, or it failed.</exception>
    public async Task<PodReport?> Act(HttpMethod method, string path, PodSpec? spec = null)
    {
        var last = (await Podd.Act(method, path, spec))[^1];
        return last.Fault is null ? last.Report : throw new FaultException(last.Fault);
    }
}
