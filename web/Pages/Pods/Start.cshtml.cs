using Microsoft.AspNetCore.Mvc;
using Pinacle.Web.Accounts;
using Pinacle.Web.Pods;

namespace Pinacle.Web.Pages.Pods;

/// <summary>Brings a pod up.</summary>
public sealed class StartModel(PodAccess access, PodScreens screens, PodActs acts) : PodPage(access, screens)
{
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        await acts.Start(Pod, cancellationToken);
        return await Said($"{Pod.Name} is starting.");
    }
}
