using System.Text;
using Microsoft.AspNetCore.Antiforgery;
using Pinacle.Web.Accounts;
using Pinacle.Web.Hosts;
using Pinacle.Web.Pages.Hosts;

namespace Pinacle.Web.Pages.Live;

/// <summary><c>GET /hosts/live</c> and <c>GET /hosts/join/live</c>: the hosts, and the tokens that they join with, anew whenever one of them changes.</summary>
internal sealed class HostStream(HostChanges changes, Fragments fragments, IAntiforgery antiforgery, TimeProvider time) : LiveStream(changes, antiforgery, time)
{
    protected override TimeSpan Pace => TimeSpan.FromSeconds(1);

    public IResult OpenHosts(HttpContext context) =>
        Open(context, "/Pages/Hosts/_Hosts.cshtml", async (screens, cancellationToken) => await screens.Hosts(cancellationToken) with { Live = true });

    public IResult OpenTokens(HttpContext context) =>
        Open(context, "/Pages/Hosts/_JoinTokens.cshtml", async (screens, cancellationToken) => await screens.Tokens(cancellationToken) with { Live = true });

    private IResult Open<TScreen>(HttpContext context, string part, Func<HostScreens, CancellationToken, Task<TScreen>> read)
    {
        var user = context.RequiredUser();
        if (!user.IsOperator)
            return Results.NotFound();
        var sent = new SentParts();
        return Open(context, id: null, async (http, cancellationToken) =>
        {
            var screens = http.RequestServices.GetRequiredService<HostScreens>();
            if (!await screens.AreFor(user, cancellationToken))
                return new LiveRound("", Ended: true);
            var message = new StringBuilder();
            sent.AddIfNew(message, part, await fragments.Render(http, part, await read(screens, cancellationToken)));
            return new LiveRound(message.ToString());
        });
    }
}
