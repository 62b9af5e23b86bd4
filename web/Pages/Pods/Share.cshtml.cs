using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Pinacle.Contracts;
using Pinacle.Web.Accounts;
using Pinacle.Web.Pods;
using Pinacle.Web.Site;

namespace Pinacle.Web.Pages.Pods;

/// <summary>Who may open a service: its visibility and its share links; posting makes a link.</summary>
public sealed class ShareModel(PodAccess access, PodScreens screens, ShareLinks links, SiteUrls urls) : ServicePage(access, screens)
{
    /// <summary>What the form offers, in seconds; none is until it is revoked.</summary>
    public static readonly IReadOnlyList<(string Seconds, string Words)> Lives = [("3600", "for an hour"), ("86400", "for a day"), ("604800", "for a week"), ("2592000", "for 30 days"), ("", "until I revoke it")];

    /// <summary>Seconds, or nothing.</summary>
    [BindProperty]
    public string? Expires { get; set; } = "86400";

    public string? Problem { get; private set; }

    /// <summary>The link that was just made: the only time that it is seen.</summary>
    public string? Made { get; private set; }

    public IReadOnlyList<ShareLink> Links { get; private set; } = [];

    public string Address => urls.Service(Service.Name, Pod.Name, Pod.Owner!.Slug);

    public async Task OnGetAsync(CancellationToken cancellationToken) => await Read(cancellationToken);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        int? seconds = int.TryParse(Expires, NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : string.IsNullOrEmpty(Expires) ? null : 0;
        try
        {
            Made = (await links.Make(CurrentUser, Pod, Service, seconds, cancellationToken)).Url;
        }
        catch (InputException refused)
        {
            Problem = refused.Errors.Fields.Values.First()[0];
            Response.StatusCode = FaultStatus.Of(refused.Kind);
        }

        await Read(cancellationToken);
        return Page();
    }

    private async Task Read(CancellationToken cancellationToken)
    {
        // A page with a secret on it is kept nowhere.
        Response.Headers.CacheControl = "no-store";
        ViewData["Title"] = $"Share {Service.Name} of {Pod.Name}";
        ViewData["Width"] = "narrow";
        Links = await links.Of(Service, cancellationToken);
    }
}
