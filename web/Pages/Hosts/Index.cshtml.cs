using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Pinacle.Web.Accounts;
using Pinacle.Web.Database;
using Pinacle.Web.Hosts;

namespace Pinacle.Web.Pages.Hosts;

/// <summary>The machines that pods live on, for operators.</summary>
public sealed class IndexModel(PinacleDb db) : PageModel
{
    public IReadOnlyList<PodHost> Hosts { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (!HttpContext.RequiredUser().IsOperator)
            return NotFound();
        Hosts = await db.Hosts.AsNoTracking().OrderBy(host => host.Name).ToListAsync(cancellationToken);
        return Page();
    }
}
