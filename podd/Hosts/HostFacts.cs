using System.Globalization;
using Pinacle.Contracts;
using Pinacle.Podd.Images;
using Pinacle.Podd.Linux;
using Pinacle.Podd.Pods;
using Pinacle.Podd.Storage;

namespace Pinacle.Podd.Hosts;

/// <summary>What this host says about itself.</summary>
public sealed class HostFacts(PoddOptions options, Fleet fleet, RuntimeGate runtime, ImageStore images, PoolGuard pool, PodWake wake, MemoryRoom memory, TimeProvider time)
{
    private readonly DateTimeOffset _started = time.GetUtcNow();
    private readonly Lock _lock = new();
    private (double Busy, long At) _cpu = (BusySeconds(), time.GetTimestamp());
    private double _cores;

    /// <summary>The host as it is now.</summary>
    public HostReport Report()
    {
        var pods = fleet.Pods.Select(pod => pod.Record).OfType<PodRecord>().ToArray();
        var tiers = pods.Where(pod => pod.Sandbox is not null).Select(pod => Tier.Find(pod.Spec.Tier)!).ToArray();
        var disk = pool.Facts;
        return new HostReport
        {
            Name = options.Name,
            Version = ProductVersion.Text,
            Contract = ContractVersion.Text,
            BootId = ProcessIdentity.CurrentBoot,
            StartedAt = _started,
            Runtime = runtime.Report,
            Capacity = new HostCapacity(Environment.ProcessorCount, memory.Capacity, disk.Size),
            Use = new HostUse(Cores(), MemoryInfo.Total - MemoryInfo.Available, disk.Size - disk.Free, tiers.Sum(tier => tier.Cpu), tiers.Sum(tier => tier.Memory)),
            Pods = pods.Select(pod => pod.State).Concat(fleet.Pods.Where(pod => pod.Unreadable is not null).Select(_ => PodState.Failed)).GroupBy(state => state).ToDictionary(group => Word(group.Key), group => group.Count(), StringComparer.Ordinal),
            Images = images.List(),
            Wakes = wake.Counts,
            Alerts = [.. Alerts()],
            Reclaiming = !fleet.Reclaimed.IsCompleted,
        };
    }

    private static string Word(PodState state) => state.ToString().ToLowerInvariant();

    private IEnumerable<string> Alerts()
    {
        foreach (var alert in pool.Alerts())
            yield return alert.Sentence;
        if (runtime.Report is { State: RuntimeState.Unfit, Message: var message })
            yield return $"runsc is unfit, no pod can be started: {message}";
        foreach (var pod in fleet.Pods.Where(pod => pod.Unreadable is not null))
            yield return pod.Unreadable!.Message;
    }

    private double Cores()
    {
        lock (_lock)
        {
            var elapsed = time.GetElapsedTime(_cpu.At).TotalSeconds;
            if (elapsed >= 1)
            {
                var busy = BusySeconds();
                _cores = Math.Round(Math.Max(busy - _cpu.Busy, 0) / elapsed, 2);
                _cpu = (busy, time.GetTimestamp());
            }
            return _cores;
        }
    }

    // proc_stat(5): user nice system idle iowait irq softirq steal …, in hundredths of a second.
    private static double BusySeconds()
    {
        var numbers = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..].Select(field => long.Parse(field, CultureInfo.InvariantCulture)).ToArray();
        return (numbers[0] + numbers[1] + numbers[2] + numbers[5] + numbers[6]) / 100.0;
    }
}
