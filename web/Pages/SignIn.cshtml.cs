using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using Pinacle.Web.Accounts;
using Pinacle.Web.Site;

namespace Pinacle.Web.Pages;

/// <summary>The way in. In Development a login is enough; elsewhere it says what there is.</summary>
[EnableRateLimiting(RateLimits.SignIn)]
public sealed class SignInModel(DevelopmentSignIn development, People people, Sessions sessions) : PageModel
{
    /// <summary>Path on this site to go on to.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Return { get; set; }

    [BindProperty]
    public string? Login { get; set; }

    public string? Problem { get; private set; }

    public bool IsDevelopment => development.IsOffered(HttpContext);

    public IActionResult OnGet() => HttpContext.CurrentUser() is null ? Page() : Onwards();

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (!IsDevelopment)
            return NotFound();
        Login = Login?.Trim();
        Problem = string.IsNullOrEmpty(Login) ? "Enter a login." : UserSlug.Problem(Login);
        if (Problem is not null)
        {
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            return Page();
        }

        await sessions.Begin(HttpContext, await people.FindOrMake(Login!, cancellationToken), cancellationToken);
        return Onwards();
    }

    private LocalRedirectResult Onwards() => LocalRedirect(Url.IsLocalUrl(Return) ? Return! : "/");
}
