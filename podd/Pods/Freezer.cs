using Pinacle.Contracts;
using Pinacle.Podd.Network;

namespace Pinacle.Podd.Pods;

/// <summary>The first rung of the ladder: a pod that nothing uses stands still (no CPU at all, where an idle sandbox takes 3 to 5 % of a core), and goes on at the first byte that is sent to it, wherever from.</summary>
public sealed partial class Freezer(Sandbox sandbox, AddressPlan plan, Reports reports, TimeProvider time, ILogger<Freezer> logger)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(250);

    /// <summary>Freezes the pod if nothing has used it for long enough and no act is at work on it.</summary>
    public void Consider(Pod pod)
    {
        if (!MayStand(pod) || !pod.Turn.Wait(0))
            return;
        try
        {
            if (MayStand(pod))
                Freeze(pod);
        }
        catch (IOException error)
        {
            Log.CannotFreeze(logger, error, pod.Id);
            Thaw(pod);
        }
        finally
        {
            pod.Turn.Release();
        }
    }

    /// <summary>Lets the pod go on, if it stands still.</summary>
    /// <returns>True when it stood still.</returns>
    public bool Thaw(Pod pod)
    {
        if (!pod.EndStanding())
            return false;
        sandbox.CgroupOf(pod.Id).Freeze(false);
        FaultPoints.Reach(FaultPoint.Thawed);
        reports.Publish(pod);
        return true;
    }

    private static bool MayStand(Pod pod) =>
        pod is { Standing: null, Guest: not null, Record: { State: PodState.Running, Sandbox: not null, Spec.Sleep.AlwaysOn: false } record }
        && pod.Activity.IsIdle(record, pod.Status);

    private void Freeze(Pod pod)
    {
        var names = plan.At(pod.Record!.Slot);
        // It listens before the pod stands still: what comes in between thaws it at once.
        var tap = new VethTap(names.Veth, names.Mac);
        pod.Standing = tap;
        FaultPoints.Reach(FaultPoint.TapOpened);
        sandbox.CgroupOf(pod.Id).Freeze(true);
        FaultPoints.Reach(FaultPoint.Frozen);
        pod.Activity.Stand(true);
        reports.Publish(pod);
        _ = Task.Run(() => ThawOnFirstByte(pod, tap, names.Veth));
    }

    private async Task ThawOnFirstByte(Pod pod, VethTap tap, string veth)
    {
        try
        {
            await tap.Next(CancellationToken.None);
            if (!Thaw(pod))
                return;
            // A byte that nobody means anything by (an answer's last acknowledgement, a scan) costs a quarter of a second, not a minute.
            long before;
            do
            {
                before = VethTap.Bytes(veth);
                await Task.Delay(Quiet, time);
            }
            while (VethTap.Bytes(veth) != before);
            Consider(pod);
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
