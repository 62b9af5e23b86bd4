using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Pinacle.Web.Hosts;

namespace Pinacle.Web.Pages.Hosts;

/// <summary>How a machine becomes a host; posting makes the command for it.</summary>
public sealed class JoinModel(JoinTokens tokens, JoinCommand command, HostScreens screens) : OperatorPage
{
    /// <summary>What was just made: the only time that it is seen.</summary>
    public MadeJoinToken? Made { get; private set; }

    public JoinTokenScreen Screen { get; private set; } = null!;

    public async Task OnGetAsync(CancellationToken cancellationToken) => Screen = await screens.Tokens(cancellationToken);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var (made, token) = await tokens.Make(cancellationToken);
        Made = new MadeJoinToken(made.Id, token, command.Of(token), command.Note(), made.ExpiresAt);
        Screen = await screens.Tokens(cancellationToken);
        return Page();
    }

    public override void OnPageHandlerExecuted(PageHandlerExecutedContext context) => Response.Headers.CacheControl = "no-store";
}
