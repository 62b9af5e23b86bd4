using Microsoft.AspNetCore.Mvc;
using Pinacle.Web.Accounts;
using Pinacle.Web.Pods;

namespace Pinacle.Web.Pages.Pods;

/// <summary>Removes a pod and all its traces, after a question.</summary>
public sealed class DeleteModel(PodAccess access, PodScreens screens, PodActs acts) : PodPage(access, screens)
{
    protected override PodRight Needed => PodRight.Manage;

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        await acts.Delete(Pod, cancellationToken);
        return this.Go("/", new Flash($"{Pod.Name} is being deleted."));
    }
}
