using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using Pinacle.Web.Accounts;
using Pinacle.Web.Site;

namespace Pinacle.Web.Pages;

/// <summary>Where a one-time link leads. Looking at it does not use it up (mail programs and chats look at links); the button does.</summary>
[EnableRateLimiting(RateLimits.SignIn)]
public sealed class SignInLinkModel(SignInLinks links, Sessions sessions) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string Token { get; set; } = "";

    public bool IsUsedUp { get; private set; }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (await links.Use(Token, cancellationToken) is { } user)
        {
            await sessions.Begin(HttpContext, user, cancellationToken);
            return LocalRedirect("/");
        }

        IsUsedUp = true;
        Response.StatusCode = StatusCodes.Status410Gone;
        return Page();
    }
}
