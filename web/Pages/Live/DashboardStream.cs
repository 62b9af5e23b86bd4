using System.Text;
using Microsoft.AspNetCore.Antiforgery;
using Pinacle.Web.Accounts;
using Pinacle.Web.Pods;

namespace Pinacle.Web.Pages.Live;

/// <summary><c>GET /live</c>: the cards of the dashboard, anew whenever one of them changes.</summary>
internal sealed class DashboardStream(PodChanges changes, Fragments fragments, IAntiforgery antiforgery, TimeProvider time) : LiveStream(changes, antiforgery, time)
{
    /// <summary>Everybody's pods wake this, most of them for nothing.</summary>
    protected override TimeSpan Pace => TimeSpan.FromSeconds(1);

    public IResult Open(HttpContext context)
    {
        var user = context.RequiredUser();
        var sent = new SentParts();
        return Open(context, id: null, async (http, cancellationToken) =>
        {
            var dashboard = await http.RequestServices.GetRequiredService<Dashboards>().Of(user, cancellationToken);
            var message = new StringBuilder();
            sent.AddIfNew(message, "_Cards", await fragments.Render(http, "/Pages/_Cards.cshtml", dashboard with { Live = true }));
            return new LiveRound(message.ToString());
        });
    }
}
