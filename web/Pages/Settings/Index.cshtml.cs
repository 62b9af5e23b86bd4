using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Pinacle.Web.Accounts;
using Pinacle.Web.Database;

namespace Pinacle.Web.Pages.Settings;

/// <summary>A person's own sessions and API tokens; posting makes a token.</summary>
public sealed class IndexModel(PinacleDb db, ApiTokens tokens, TimeProvider time) : PageModel
{
    [BindProperty]
    public string? Name { get; set; }

    public string? Problem { get; private set; }

    /// <summary>The token that was just made: the only time that it is seen.</summary>
    public string? Made { get; private set; }

    public Guid? Present => HttpContext.RequiredUser().SessionId;

    public IReadOnlyList<Session> Sessions { get; private set; } = [];

    public IReadOnlyList<ApiToken> Tokens { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellationToken) => await Read(cancellationToken);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var user = HttpContext.RequiredUser();
        Name = Name?.Trim();
        if (string.IsNullOrEmpty(Name) || Name.Length > 100)
        {
            Problem = "A token needs a name of at most 100 characters, so that you know it again.";
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        }
        else
        {
            Made = await tokens.Make(await db.Users.SingleAsync(one => one.Id == user.Id, cancellationToken), Name, lifetime: null, cancellationToken);
            Name = null;
        }

        await Read(cancellationToken);
        return Page();
    }

    public override void OnPageHandlerExecuted(PageHandlerExecutedContext context) => Response.Headers.CacheControl = "no-store";

    private async Task Read(CancellationToken cancellationToken)
    {
        var user = HttpContext.RequiredUser();
        var now = time.GetUtcNow();
        Sessions = await db.Sessions.AsNoTracking().Where(one => one.UserId == user.Id && one.EndedAt == null && one.ExpiresAt > now).OrderByDescending(one => one.Id).ToListAsync(cancellationToken);
        Tokens = await db.ApiTokens.AsNoTracking().Where(one => one.UserId == user.Id && one.RevokedAt == null && one.ExpiresAt > now).OrderByDescending(one => one.Id).ToListAsync(cancellationToken);
    }
}
