using System.Globalization;
using Pinacle.Contracts;
using Pinacle.Podd.Bundles;
using Pinacle.Podd.Cgroups;
using Pinacle.Podd.Commands;
using Pinacle.Podd.Guests;
using Pinacle.Podd.Hosts;
using Pinacle.Podd.Linux;
using Pinacle.Podd.Network;
using Pinacle.Podd.Runsc;
using Pinacle.Podd.Storage;

namespace Pinacle.Podd.Pods;

/// <summary>Begins and ends what runs of a pod: network, cgroup, gVisor sandbox, and the guest in it.</summary>
public sealed class Sandbox(PoddOptions options, PodNetwork network, AddressPlan plan, Pool pool, Bundle bundle, Payloads payloads, TimeProvider time)
{
    private static readonly TimeSpan GuestLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LookForGuest = TimeSpan.FromMilliseconds(5);

    /// <summary>The pod's cgroup.</summary>
    public Cgroup CgroupOf(string id) => Cgroup.At($"{options.CgroupParent}/{id}");

    /// <summary>The sandbox's log.</summary>
    public string LogOf(string id) => Path.Combine(options.PodFolder(id), "sandbox.log");

    /// <summary>The pod's address.</summary>
    public string AddressOf(PodRecord record) => plan.At(record.Slot).Address;

    /// <summary>Speaks with the guest of a sandbox that lives.</summary>
    public GuestClient GuestOf(PodRecord record) => new(AddressOf(record), GuestProtocol.Port, KeyOf(record));

    /// <summary>The same for as long as the sandbox lives, standing still or not.</summary>
    /// <param name="pod">The pod, with the record of that sandbox.</param>
    /// <param name="gone">Cancelled when the sandbox has ended.</param>
    public GuestClient GuestFor(Pod pod, CancellationToken gone) =>
        new(AddressOf(pod.Record!), GuestProtocol.Port, KeyOf(pod.Record!)) { IsFrozen = () => pod.Standing is not null, Gone = gone };

    private string KeyOf(PodRecord record) => PodKey.Read(Path.Combine(options.PodFolder(record.Spec.Id), "run"));

    /// <summary>Begins to connect a pod; its disk may be in the making meanwhile.</summary>
    public Task<PodAddress> Connect(PodRecord record, Undo undo, CancellationToken cancellationToken)
    {
        Task? connecting = null;
        undo.Push("end sandbox and network", async _ =>
        {
            // Where the disk failed, it may be under way still.
            if (connecting is not null)
                await connecting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await End(record.Spec.Id, record.Slot);
        });
        // runsc takes the address off eth0, so every start needs a fresh namespace.
        var address = network.Attach(record.Spec.Id, record.Slot, cancellationToken);
        connecting = address;
        return address;
    }

    /// <summary>Starts a pod whose disk is there, up to the answer of its guest.</summary>
    /// <param name="record">The pod.</param>
    /// <param name="connecting">By <see cref="Connect"/>.</param>
    /// <param name="act">Tells the steps.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The record with what runs.</returns>
    public async Task<PodRecord> Start(PodRecord record, Task<PodAddress> connecting, PodAct act, CancellationToken cancellationToken)
    {
        var (runsc, guest) = await payloads.Current(cancellationToken);
        return await Begin(record with { Runsc = runsc, Guest = guest }, null, connecting, act, cancellationToken);
    }

    /// <summary>Brings a pod back whose memory is in <paramref name="memory"/>, up to the answer of its guest; with the runsc and the guest of the record.</summary>
    /// <returns>The record with what runs.</returns>
    public Task<PodRecord> Restore(PodRecord record, string memory, PodAct act, Undo undo, CancellationToken cancellationToken) =>
        Begin(record, memory, Connect(record, undo, cancellationToken), act, cancellationToken);

    private async Task<PodRecord> Begin(PodRecord record, string? memory, Task<PodAddress> connecting, PodAct act, CancellationToken cancellationToken)
    {
        var (id, tier) = (record.Spec.Id, Tier.Find(record.Spec.Tier)!);
        var address = await act.Step("network", "Connecting the pod", () => connecting);
        FaultPoints.Reach(FaultPoint.NetworkAttached);
        var process = await act.Step("boot", memory is null ? "Starting the sandbox" : "Bringing its memory back", async () =>
        {
            var cgroup = CgroupOf(id);
            cgroup.PrepareParent();
            var folder = bundle.Write(record.Spec, address, pool.Disk(id), payloads.Guest(record.Guest!), CoresFor(record.Slot, tier, cgroup.Cores));
            // A guest that comes back knows the key that it was started with.
            if (memory is null)
            {
                PodKey.Make(Path.Combine(folder, "run"));
                KeepTemporaryFilesOnDisk(pool.Disk(id));
            }
            File.Delete(LogOf(id));
            FaultPoints.Reach(FaultPoint.BundleWritten);
            var runsc = payloads.Runsc(record.Runsc!);
            return await (memory is null ? runsc.Run(id, folder, LogOf(id), cancellationToken) : runsc.Restore(id, folder, memory, LogOf(id), cancellationToken));
        });
        FaultPoints.Reach(FaultPoint.SandboxStarted);
        var started = record with { Sandbox = process };
        await act.Step("guest", "Waiting for the guest", () => Await(started, GuestLimit, cancellationToken));
        FaultPoints.Reach(FaultPoint.GuestAnswered);
        Settle(started);
        return started;
    }

    /// <summary>Puts the tier's limits in force; also on a pod that runs already.</summary>
    /// <remarks>Called once the guest answers: until then the pod borrows what CPU its cores have to spare, since half a core would make its start three times as long (<see cref="Bundle"/>).
    /// That burst ends here and not with the setup: an install may compute for many minutes, which its neighbours would pay for.</remarks>
    public void Settle(PodRecord record)
    {
        var (cgroup, tier) = (CgroupOf(record.Spec.Id), Tier.Find(record.Spec.Tier)!);
        _ = cgroup.LimitMemory(tier.Memory); // never less than was in force: Shrink comes before the record of a smaller tier
        cgroup.LimitCpu(tier.Cpu);
        cgroup.FreeCores();
        Protect(record);
    }

    /// <summary>Takes memory back from a pod that is to get a smaller tier. The rest of that tier's limits is <see cref="Settle"/>'s.</summary>
    /// <exception cref="FaultException">The pod uses more than the tier has, and keeps what it had; <see cref="FaultKind.Conflict"/>.</exception>
    public void Shrink(PodRecord record, Tier tier)
    {
        var cgroup = CgroupOf(record.Spec.Id);
        if (cgroup.Exists && !cgroup.LimitMemory(tier.Memory))
            throw new FaultException(FaultKind.Conflict, $"cannot resize pod {record.Spec.Name} to {tier.Name}: it uses {Size.Of(cgroup.Memory)} of memory, and that tier has {Size.Of(tier.Memory)}", "end what takes the memory, or stop the pod first");
    }

    /// <summary>Turns the OOM killer towards the pod's own processes.</summary>
    public void Protect(PodRecord record)
    {
        if (record.Sandbox is { } sandbox)
            OomScore.Turn(sandbox.Pid, CgroupOf(record.Spec.Id).Processes);
    }

    /// <summary>Ends every process of a pod's sandbox, and takes away its cgroup, runsc's state and its network. Nothing there is not an error.</summary>
    public async Task End(string id, int? slot)
    {
        var (cgroup, clock) = (CgroupOf(id), time.GetTimestamp());
        // Not "runsc delete": it takes over a second and waits for ever on a frozen sandbox.
        while (Processes(id, cgroup) is { Count: > 0 } processes)
        {
            if (time.GetElapsedTime(clock) > EndLimit)
                throw new InvalidOperationException($"cannot end sandbox {id}: processes {string.Join(' ', processes)} do not end");
            foreach (var process in processes)
                _ = LibC.Kill(process, LibC.SIGKILL);
            // What stands still does not die either (cgroup v1).
            cgroup.Freeze(false);
            await Task.Delay(Look, time);
        }
        FaultPoints.Reach(FaultPoint.ProcessesEnded);
        cgroup.Remove();
        FaultPoints.Reach(FaultPoint.CgroupRemoved);
        RunscClient.Forget(payloads.Sandboxes, id);
        if (slot is { } known)
            await network.Detach(known, CancellationToken.None);
        FaultPoints.Reach(FaultPoint.NetworkDetached);
    }

    // The cgroup has them all once runsc has made it; before that (podd was killed meanwhile) runsc itself is known by its own arguments.
    private IReadOnlyList<int> Processes(string id, Cgroup cgroup)
    {
        var root = $"--root={payloads.Sandboxes}";
        return [.. cgroup.Processes.Concat(CommandLine.Find(arguments => arguments.Contains(id) && (arguments.Contains(root) || arguments.Contains(payloads.Sandboxes)))).Distinct()];
    }

    /// <summary>Waits until the guest of a sandbox answers; throws where the sandbox ends before, or its time is over.</summary>
    public async Task Await(PodRecord record, TimeSpan most, CancellationToken cancellationToken)
    {
        var (guest, end) = (GuestOf(record), ProcessEnd.Of(record.Sandbox!));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(most);
        while (true)
        {
            try
            {
                await guest.Status(limit.Token);
                return;
            }
            catch (FaultException error) when (error.Fault.Kind is FaultKind.PodDown or FaultKind.Timeout && !limit.IsCancellationRequested)
            {
                if (end.IsCompleted)
                    throw new FaultException(FaultKind.Internal, $"cannot start pod {record.Spec.Name}: its sandbox ended", RunscClient.Tail(LogOf(record.Spec.Id)), error);
            }
            catch (Exception error) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                throw new FaultException(FaultKind.Timeout, $"cannot start pod {record.Spec.Name}: its guest did not answer within {most.TotalSeconds:0} s", RunscClient.Tail(LogOf(record.Spec.Id)), error);
            }
            await Task.WhenAny(end, Task.Delay(LookForGuest, time, cancellationToken));
        }
    }

    // runsc mounts a tmpfs over a /tmp that is empty, and a tmpfs that is filled past the memory limit ends the pod. Nothing of the pod runs now,
    // so what is looked at stays what it is; a link or a missing folder is the pod's own choice.
    private static void KeepTemporaryFilesOnDisk(string disk)
    {
        var temporary = new DirectoryInfo(Path.Combine(disk, "tmp"));
        if (temporary is { Exists: true, LinkTarget: null } && !temporary.EnumerateFileSystemInfos().Any())
            new FileStream(Path.Combine(temporary.FullName, ".on-disk"), FileMode.CreateNew).Dispose();
    }

    private static string CoresFor(int slot, Tier tier, IReadOnlyList<int> cores)
    {
        var count = Math.Min((int)Math.Ceiling(tier.Cpu), cores.Count);
        return string.Join(',', Enumerable.Range(0, count).Select(n => cores[((slot * count) + n) % cores.Count].ToString(CultureInfo.InvariantCulture)));
    }
}
