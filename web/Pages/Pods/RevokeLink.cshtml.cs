using Microsoft.AspNetCore.Mvc;
using Pinacle.Web.Accounts;

namespace Pinacle.Web.Pages.Pods;

/// <summary>Ends a share link.</summary>
public sealed class RevokeLinkModel(PodAccess access, PodScreens screens, ShareLinks links) : ServicePage(access, screens)
{
    public IActionResult OnGet() => LocalRedirect(SharePath);

    public async Task<IActionResult> OnPostAsync(Guid link, CancellationToken cancellationToken) =>
        await links.Revoke(Service, link, cancellationToken)
            ? this.Go(SharePath, new Flash("The link is revoked; it stopped working at once."))
            : NotFound();
}
