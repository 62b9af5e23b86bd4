using Microsoft.AspNetCore.Mvc;
using Pinacle.Web.Accounts;

namespace Pinacle.Web.Pages.Pods;

/// <summary>One pod: its services, what is being done to it, and what can be done with it.</summary>
public sealed class IndexModel(PodAccess access, PodScreens screens) : PodPage(access, screens)
{
    public PodScreen Screen { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (await Screens.WithLog(CurrentUser, Id, cancellationToken) is not { } screen)
            return NotFound();
        Screen = screen;
        return Page();
    }
}
