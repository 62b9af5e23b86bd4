using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Pinacle.Web.Accounts;

namespace Pinacle.Web.Pages.Settings;

/// <summary>Ends an API token.</summary>
public sealed class RevokeTokenModel(ApiTokens tokens) : PageModel
{
    public IActionResult OnGet() => RedirectToPage("/Settings/Index");

    public async Task<IActionResult> OnPostAsync(Guid id, CancellationToken cancellationToken) =>
        await tokens.Revoke(HttpContext.RequiredUser(), id, cancellationToken)
            ? this.Go("/settings", new Flash("The token is revoked; it stopped working at once."))
            : NotFound();
}
