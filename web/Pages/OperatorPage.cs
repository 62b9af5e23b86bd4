using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Pinacle.Web.Accounts;

namespace Pinacle.Web.Pages;

/// <summary>A page for operators. To anybody else it does not exist.</summary>
public abstract class OperatorPage : PageModel
{
    public override void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (!HttpContext.RequiredUser().IsOperator)
            context.Result = NotFound();
    }
}
