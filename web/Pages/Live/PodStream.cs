using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Antiforgery;
using Pinacle.Web.Accounts;
using Pinacle.Web.Pages.Pods;
using Pinacle.Web.Pods;

namespace Pinacle.Web.Pages.Live;

/// <summary><c>GET /pods/{id}/live?after={event}</c>: the parts of a pod's page, then each that changes, and the lines of its log after those the page has.</summary>
internal sealed class PodStream(PodChanges changes, Fragments fragments, IAntiforgery antiforgery, TimeProvider time) : LiveStream(changes, antiforgery, time)
{
    private const int MostLines = 500;
    private static readonly string[] Parts = ["_Head", "_Services", "_Facts", "_Activity"];

    public IResult Open(HttpContext context, Guid id, long after)
    {
        var user = context.RequiredUser();
        var sent = new SentParts();
        StepLog? log = null;
        return Open(context, id, Round);

        async Task<LiveRound> Round(HttpContext http, CancellationToken cancellationToken)
        {
            var screens = http.RequestServices.GetRequiredService<PodScreens>();
            if (await screens.WithoutLog(user, id, cancellationToken) is not { } screen)
                return new LiveRound(await fragments.Render(http, "/Pages/Pods/_Gone.cshtml", id), Ended: true);
            var message = new StringBuilder();
            foreach (var part in Parts)
                sent.AddIfNew(message, part, await fragments.Render(http, $"/Pages/Pods/{part}.cshtml", screen with { Live = true }));
            log ??= await Known(screens, cancellationToken);
            await AppendLines(http, message, cancellationToken);
            return new LiveRound(message.ToString(), Math.Max(log.LastId, after).ToString(CultureInfo.InvariantCulture));
        }

        async Task<StepLog> Known(PodScreens screens, CancellationToken cancellationToken)
        {
            var known = new StepLog();
            known.Take(await screens.Steps(id, after, cancellationToken));
            return known;
        }

        async Task AppendLines(HttpContext http, StringBuilder message, CancellationToken cancellationToken)
        {
            var events = http.RequestServices.GetRequiredService<PodEvents>();
            while (await events.After(id, Math.Max(log!.LastId, after), MostLines, cancellationToken) is { Count: > 0 } lines)
            {
                if (log.Take(lines) is { Count: > 0 } news)
                    message.Append(await fragments.Render(http, "/Pages/Pods/_News.cshtml", news));
                if (lines.Count < MostLines)
                    return;
            }
        }
    }
}
