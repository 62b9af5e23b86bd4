using Microsoft.AspNetCore.Mvc;
using Pinacle.Web.Accounts;
using Pinacle.Web.Pods;

namespace Pinacle.Web.Pages.Pods;

/// <summary>Runs a pod's setup again.</summary>
public sealed class RetryModel(PodAccess access, PodScreens screens, PodActs acts) : PodPage(access, screens)
{
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        await acts.Retry(Pod, cancellationToken);
        return await Said($"{Pod.Name} is being set up again.");
    }
}
