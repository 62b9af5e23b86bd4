using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Pinacle.Web.Accounts;

namespace Pinacle.Web.Pages;

/// <summary>The way out, here and on every pod's host.</summary>
public sealed class SignOutModel(Sessions sessions) : PageModel
{
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        await sessions.End(HttpContext, cancellationToken);
        return LocalRedirect("/sign-in");
    }
}
