using Pinacle.Contracts;
using Pinacle.Podd.Pods;

namespace Pinacle.Podd.Api;

/// <summary>Wakes the pod that a request is for, where the request may (<see cref="PoddRoutes.WakeHeader"/>).</summary>
public sealed class WakeByUse(PodLifecycle lifecycle)
{
    /// <summary>Waits until it is awake: also one on its way to sleep, and one that another request wakes. One that a person stopped stays as it is.</summary>
    /// <exception cref="FaultException">It cannot be woken.</exception>
    public async Task Ensure(HttpContext context, Pod pod)
    {
        var may = context.Request.Headers[PoddRoutes.WakeHeader].ToString();
        if (may is not ("yes" or "public") || pod.Record is not { State: PodState.Asleep or PodState.Sleeping or PodState.Waking or PodState.Starting })
            return;
        var end = await (may == "yes" ? lifecycle.Start(pod.Id) : lifecycle.StartForVisitor(pod)).End(context.RequestAborted);
        if (end.Fault is { } fault)
            throw new FaultException(fault);
    }
}
