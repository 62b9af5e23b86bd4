using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Pinacle.Web.Accounts;
using Pinacle.Web.Database;
using Pinacle.Web.Site;

namespace Pinacle.Web.Pages.Pods;

/// <summary>The part of the form for a new pod that follows its name as it is typed.</summary>
public sealed class AddressModel(PinacleDb db, SiteUrls urls) : PageModel
{
    public async Task<IActionResult> OnGetAsync(string? name, CancellationToken cancellationToken)
    {
        var user = HttpContext.RequiredUser();
        var taken = name is not null && await db.Pods.AnyAsync(pod => pod.OwnerId == user.Id && pod.Name == name, cancellationToken);
        return Partial("_Address", PodAddress.Of(name?.Trim(), user.Slug, urls, taken ? $"You already have a pod named {name}." : null));
    }
}
