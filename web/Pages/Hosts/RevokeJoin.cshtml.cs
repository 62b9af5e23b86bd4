using Microsoft.AspNetCore.Mvc;
using Pinacle.Web.Hosts;

namespace Pinacle.Web.Pages.Hosts;

/// <summary>Takes a join command back that no host has used.</summary>
public sealed class RevokeJoinModel(JoinTokens tokens) : OperatorPage
{
    public IActionResult OnGet() => RedirectToPage("/Hosts/Join");

    public async Task<IActionResult> OnPostAsync(Guid id, CancellationToken cancellationToken) =>
        this.Go("/hosts/join", await tokens.Revoke(id, cancellationToken)
            ? new Flash("The command is revoked; no host can join with it.")
            : new Flash("That command cannot be revoked: a host has used it, or it is gone already.", "bad"));
}
