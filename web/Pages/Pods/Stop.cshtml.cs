using Microsoft.AspNetCore.Mvc;
using Pinacle.Web.Accounts;
using Pinacle.Web.Pods;

namespace Pinacle.Web.Pages.Pods;

/// <summary>Ends a pod's processes and keeps its files.</summary>
public sealed class StopModel(PodAccess access, PodScreens screens, PodActs acts) : PodPage(access, screens)
{
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        await acts.Stop(Pod, cancellationToken);
        return await Said($"{Pod.Name} is stopping.");
    }
}
