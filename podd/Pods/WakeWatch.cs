using Pinacle.Contracts;
using Pinacle.Podd.Linux;
using Pinacle.Podd.Network;

namespace Pinacle.Podd.Pods;

/// <summary>Looks at pods for a while after they woke, and has those started cold that came back broken.</summary>
public sealed partial class WakeWatch(Sandbox sandbox, AddressPlan plan, TimeProvider time, ILogger<WakeWatch> logger)
{
    // What a pod's own guest and its beats send is less.
    private const long OwnBytes = 4096;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>Looks at a pod that has just woken.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="checkpoint">What it woke from.</param>
    /// <param name="startCold">Has it started cold, for that reason.</param>
    public void Begin(Pod pod, CheckpointRecord checkpoint, Action<string> startCold)
    {
        var (record, guest, cancellationToken) = (pod.Record!, pod.Guest!, pod.Watching!.Token);
        _ = Task.Run(
            async () =>
            {
                try
                {
                    if (await Look(pod, record, checkpoint, port => guest.Probe(port, cancellationToken), cancellationToken) is not { } because)
                        return;
                    Log.Broken(logger, pod.Id, because);
                    startCold(because);
                }
                catch (OperationCanceledException)
                {
                    // It was ended meanwhile, put to sleep again, or is watched by nobody any more.
                }
                catch (Exception error) when (error is IOException or FaultException)
                {
                    Log.Unseen(logger, error, pod.Id);
                }
            },
            CancellationToken.None);
    }

    private async Task<string?> Look(Pod pod, PodRecord record, CheckpointRecord checkpoint, Func<IReadOnlyList<int>, Task<IReadOnlyList<PortProbe>>> probe, CancellationToken cancellationToken)
    {
        var verdict = new WakeVerdict(checkpoint.Cores, Tier.Find(record.Spec.Tier)!.Cpu, checkpoint.Answering ?? []);
        var (cgroup, veth, woken) = (sandbox.CgroupOf(pod.Id), plan.At(record.Slot).Veth, time.GetTimestamp());
        var line = new CoreWait();
        _ = line.Waited(cgroup.Processes);
        while (!verdict.IsWell)
        {
            var (cpu, bytes, at) = (cgroup.CpuTime, VethTap.Bytes(veth), time.GetTimestamp());
            await Task.Delay(Second, time, cancellationToken);
            // Nothing spins in a pod that stands still, and nothing can answer.
            if (pod.Standing is not null)
                return null;
            var passed = time.GetElapsedTime(at);
            var (cores, waited) = ((cgroup.CpuTime - cpu) / passed, line.Waited(cgroup.Processes) / passed);
            var works = pod.Requests.IsOpen() || pod.Requests.Quiet < Second || VethTap.Bytes(veth) - bytes > OwnBytes
                || pod.Status is { Execs: > 0 } || pod.Record is { Setup.State: SetupState.Running };
            // Not one that a client hears: a probe is a connection that its process has to bear.
            var asked = verdict.Silent.Where(port => !pod.Requests.HasAnswered(port, woken)).ToList();
            var deaf = asked.Count == 0 ? [] : (await probe(asked)).Where(answer => answer.Result == ProbeResult.Deaf).Select(answer => answer.Port).ToHashSet();
            if (verdict.See(cores, waited, works, deaf.Contains, port => pod.Requests.IsOpen(port)) is { } because)
                return because;
        }
        return null;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "pod {Pod} woke broken and is started cold: {Because}")]
        public static partial void Broken(ILogger logger, string pod, string because);

        [LoggerMessage(Level = LogLevel.Warning, Message = "cannot see how pod {Pod} is after its wake; it is left as it is")]
        public static partial void Unseen(ILogger logger, Exception error, string pod);
    }
}
