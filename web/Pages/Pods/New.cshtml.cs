using Htmx;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.EntityFrameworkCore;
using Pinacle.Contracts;
using Pinacle.Web.Accounts;
using Pinacle.Web.Database;
using Pinacle.Web.Pods;
using Pinacle.Web.Site;

namespace Pinacle.Web.Pages.Pods;

/// <summary>The form for a new pod.</summary>
[EnableRateLimiting(RateLimits.CreatePod)]
public sealed class NewModel(PodActs acts, PinacleDb db, SiteUrls urls) : PageModel
{
    private InputErrors errors = new();

    [BindProperty]
    public string? Name { get; set; }

    [BindProperty]
    public string? Repo { get; set; }

    [BindProperty]
    public string? Branch { get; set; }

    [BindProperty]
    public string? Tier { get; set; } = "dev.small";

    public PodAddress Address => PodAddress.Of(Name, HttpContext.RequiredUser().Slug, urls, ErrorOf("name"));

    /// <summary>What is wrong with a field; null when nothing is.</summary>
    public string? ErrorOf(string field) => errors.Fields.TryGetValue(field, out var sentences) ? string.Join(' ', sentences) : null;

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        var user = HttpContext.RequiredUser();
        Name = NameSuggestion.Free(await db.Pods.Where(pod => pod.OwnerId == user.Id).Select(pod => pod.Name).ToListAsync(cancellationToken));
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        try
        {
            var pod = await acts.Create(HttpContext.RequiredUser(), Draft(), cancellationToken);
            return this.Go($"/pods/{pod.Id}");
        }
        catch (InputException refused)
        {
            errors = refused.Errors;
            Response.StatusCode = FaultStatus.Of(FaultKind.Invalid);
            return Request.IsHtmx() ? Partial("_Form", this) : Page();
        }
    }

    private PodDraft Draft() => new()
    {
        Name = Name?.Trim() ?? "",
        Repo = Repo?.Trim(),
        Branch = Branch?.Trim(),
        Tier = Tier ?? "",
    };
}
