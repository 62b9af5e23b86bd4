using Microsoft.AspNetCore.Mvc;
using Pinacle.Web.Accounts;
using Pinacle.Web.Pods;

namespace Pinacle.Web.Pages.Pods;

/// <summary>Every step with all its output, on one page that can be searched.</summary>
public sealed class LogModel(PodAccess access, PodScreens screens, PodEvents events) : PodPage(access, screens)
{
    public const int MostEvents = 10_000;

    public StepLog Log { get; } = new();

    public bool IsCut { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        var lines = await events.Last(Id, MostEvents, cancellationToken);
        IsCut = lines.Count == MostEvents;
        Log.Take(lines);
        return Page();
    }
}
