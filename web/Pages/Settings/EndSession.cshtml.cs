using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Pinacle.Web.Accounts;
using Pinacle.Web.Database;

namespace Pinacle.Web.Pages.Settings;

/// <summary>Signs one browser out from another.</summary>
public sealed class EndSessionModel(PinacleDb db, Sessions sessions) : PageModel
{
    public IActionResult OnGet() => RedirectToPage("/Settings/Index");

    public async Task<IActionResult> OnPostAsync(Guid id, CancellationToken cancellationToken)
    {
        var user = HttpContext.RequiredUser();
        if (!await db.Sessions.AnyAsync(session => session.Id == id && session.UserId == user.Id, cancellationToken))
            return NotFound();
        await sessions.End(id, cancellationToken);
        return id == user.SessionId ? this.Go("/sign-in") : this.Go("/settings", new Flash("That browser is signed out."));
    }
}
