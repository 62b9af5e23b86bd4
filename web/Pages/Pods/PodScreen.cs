using Pinacle.Contracts;
using Pinacle.Web.Pods;

namespace Pinacle.Web.Pages.Pods;

/// <summary>All that a pod's page shows.</summary>
/// <param name="Pod">The pod.</param>
/// <param name="MayManage">Whether this person may delete it.</param>
/// <param name="Steps">The newest steps that its host did, oldest first.</param>
/// <param name="Activity">What happened to it, newest first.</param>
/// <param name="Live">True where the parts are sent to a page that is open: each then replaces its older self.</param>
public sealed record PodScreen(PodView Pod, bool MayManage, StepLog Steps, IReadOnlyList<PodEvent> Activity, bool Live = false)
{
    /// <summary>Its tier; null if this version knows it no longer.</summary>
    public Tier? Tier => Tier.Find(Pod.Tier);

    /// <summary>What htmx does with a part of the page: nothing at first, replace it later.</summary>
    public string? Swap => Live ? "true" : null;

    public bool MayStop => Pod.Status is PodState.Running or PodState.Creating or PodState.Starting or PodState.Waking;

    public bool MaySleep => Pod.Status == PodState.Running;

    public bool MayWake => Pod.Status == PodState.Asleep;

    /// <summary>Whether a lease can be given or ended.</summary>
    public bool MayKeepAwake => Pod.Status is PodState.Running or PodState.Asleep && Pod.SleepAfter > 0;

    public bool MayStart => Pod.Status is PodState.Stopped || (Pod.Status == PodState.Failed && Pod.Death is not null);

    public bool MayRetry => Pod.Status == PodState.Failed || (Pod.Status == PodState.Running && Pod.Setup.State == SetupState.Failed);

    public bool MayDelete => MayManage && Pod.Status != PodState.Deleting;
}
