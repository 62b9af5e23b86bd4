using Pinacle.Contracts;
using Pinacle.Podd.Network;

namespace Pinacle.Podd.Pods;

/// <summary>The first rung of the ladder: a pod that nothing uses stands still (no CPU at all, where an idle sandbox takes 3 to 5 % of a core), and goes on at the first byte that is sent to it, wherever from.</summary>
public sealed partial class Freezer(Sandbox sandbox, AddressPlan plan, Reports reports, PoddOptions options, TimeProvider time, ILogger<Freezer> logger)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(250);

    /// <summary>Freezes the pod, a moment later, if nothing has used it for long enough and no act is at work on it.</summary>
    public void Consider(Pod pod)
    {
        if (MayStand(pod))
            _ = Stand(pod);
    }

    /// <summary>Lets the pod go on, if it stands still.</summary>
    /// <returns>True when it stood still.</returns>
    public bool Thaw(Pod pod)
    {
        lock (pod.Stillness)
        {
            if (!pod.EndStanding())
                return false;
            sandbox.CgroupOf(pod.Id).Freeze(false);
        }
        FaultPoints.Reach(FaultPoint.Thawed);
        reports.Publish(pod);
        return true;
    }

    private static bool MayStand(Pod pod) =>
        pod is { Standing: null, Guest: not null, Record: { State: PodState.Running, Sandbox: not null, Spec.Sleep.AlwaysOn: false } record }
        && pod.Activity.IsIdle(record, pod.Status);

    // False while something is under way in it.
    private async Task<bool> Stand(Pod pod)
    {
        VethTap? tap = null;
        try
        {
            var names = plan.At(pod.Record!.Slot);
            // It listens before the pod stands still: what comes in between thaws it at once.
            tap = new VethTap(names.Veth, names.Mac);
            FaultPoints.Reach(FaultPoint.TapOpened);
            if (!await IsQuiet(pod, tap))
                return false;
            if (!pod.Turn.Wait(0))
                return true;
            try
            {
                if (!MayStand(pod))
                    return true;
                Freeze(pod, tap);
                _ = ThawOnFirstByte(pod, tap);
                tap = null;
            }
            finally
            {
                pod.Turn.Release();
            }
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // Also a link that went away meanwhile. The pod goes on as it is.
            Log.CannotFreeze(logger, error, pod.Id);
        }
        finally
        {
            tap?.Dispose();
        }
        return true;
    }

    // What came in a moment ago may still be worked on, and nobody would send anything more for it.
    private async Task<bool> IsQuiet(Pod pod, VethTap tap)
    {
        var cgroup = sandbox.CgroupOf(pod.Id);
        var (cpu, at) = (cgroup.CpuTime, time.GetTimestamp());
        using var limit = new CancellationTokenSource(Quiet, time);
        try
        {
            await tap.Next(limit.Token);
            return false;
        }
        catch (OperationCanceledException)
        {
            return (cgroup.CpuTime - cpu) / time.GetElapsedTime(at) <= options.IdleCores;
        }
    }

    private void Freeze(Pod pod, VethTap tap)
    {
        var cgroup = sandbox.CgroupOf(pod.Id);
        lock (pod.Stillness)
        {
            pod.Standing = tap;
            try
            {
                cgroup.Freeze(true);
            }
            catch
            {
                pod.EndStanding();
                cgroup.Freeze(false);
                throw;
            }
        }
        FaultPoints.Reach(FaultPoint.Frozen);
        pod.Activity.Stand(true);
        reports.Publish(pod);
    }

    private async Task ThawOnFirstByte(Pod pod, VethTap tap)
    {
        try
        {
            await tap.Next(CancellationToken.None);
            if (!Thaw(pod))
                return;
            // A byte that nobody means anything by (an answer's last acknowledgement, a scan) costs half a second, not a minute.
            do
                await Task.Delay(Quiet, time);
            while (MayStand(pod) && !await Stand(pod));
        }
        catch (Exception error) when (error is System.Net.Sockets.SocketException or ObjectDisposedException)
        {
            // The link went away, or somebody else has thawed the pod: there is nothing to hear any more.
            Thaw(pod);
        }
        catch (IOException error)
        {
            Log.CannotThaw(logger, error, pod.Id);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "cannot freeze pod {Pod}")]
        public static partial void CannotFreeze(ILogger logger, Exception error, string pod);

        [LoggerMessage(Level = LogLevel.Error, Message = "cannot thaw pod {Pod}")]
        public static partial void CannotThaw(ILogger logger, Exception error, string pod);
    }
}
