using Microsoft.AspNetCore.Mvc;
using Pinacle.Web.Accounts;
using Pinacle.Web.Database;
using Pinacle.Web.Pods;

namespace Pinacle.Web.Pages.Pods;

/// <summary>Says who may open a service.</summary>
public sealed class VisibilityModel(PodAccess access, PodScreens screens, ServiceActs acts) : ServicePage(access, screens)
{
    /// <summary>The word of a <see cref="ServiceAccess"/>.</summary>
    [BindProperty]
    public string? Access { get; set; }

    public IActionResult OnGet() => LocalRedirect(SharePath);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (Words.Find<ServiceAccess>(Access ?? "") is not { } wanted)
            return this.Go(SharePath, new Flash("Choose who may open it: private, team or public.", "bad"));
        await acts.SetAccess(Pod, Service, wanted, cancellationToken);
        return this.Go(SharePath, new Flash(wanted switch
        {
            ServiceAccess.Public => $"{Service.Name} is public: everybody who has its address can open it.",
            ServiceAccess.Team => $"{Service.Name} is for the pod's team only.",
            _ => $"{Service.Name} is private.",
        }));
    }
}
