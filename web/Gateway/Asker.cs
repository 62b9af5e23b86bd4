namespace Pinacle.Web.Gateway;

/// <summary>What podd is told of who asks.</summary>
/// <param name="Person">False for what a page does of its own accord: a forgotten tab does not keep its pod awake.</param>
/// <param name="Wake">The word of <see cref="Contracts.PoddRoutes.WakeHeader"/>.</param>
public sealed record Asker(bool Person, string Wake)
{
    /// <summary>Who stands behind a request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="isUpgrade">Whether it becomes something else: a page opens its sockets by itself.</param>
    /// <param name="isKnown">Whether it is somebody who may open the pod's private services, or has a link.</param>
    /// <param name="isAdmitted">False for a preflight that is let through without anybody behind it.</param>
    public static Asker Of(HttpContext context, bool isUpgrade, bool isKnown, bool isAdmitted) => new(
        isAdmitted && ForeignRequests.IsByPerson(context.Request),
        !isAdmitted || !ForeignRequests.MayWake(context.Request, isUpgrade) ? "no" : isKnown ? "yes" : "public");
}
