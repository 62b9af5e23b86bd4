using Microsoft.AspNetCore.Mvc;

namespace Pinacle.Web.Pages.Hosts;

/// <summary>The machines that pods live on, for operators.</summary>
public sealed class IndexModel(HostScreens screens) : OperatorPage
{
    public HostScreen Screen { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        Screen = await screens.Hosts(cancellationToken);
        return Page();
    }
}
