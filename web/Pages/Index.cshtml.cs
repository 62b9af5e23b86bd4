using Microsoft.AspNetCore.Mvc.RazorPages;
using Pinacle.Web.Accounts;

namespace Pinacle.Web.Pages;

/// <summary>The pods that one sees, with their live state.</summary>
public sealed class IndexModel(Dashboards dashboards) : PageModel
{
    public Dashboard Dashboard { get; private set; } = null!;

    public async Task OnGetAsync(CancellationToken cancellationToken) =>
        Dashboard = await dashboards.Of(HttpContext.RequiredUser(), cancellationToken);
}
