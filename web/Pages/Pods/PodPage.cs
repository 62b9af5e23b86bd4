using Htmx;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Pinacle.Contracts;
using Pinacle.Web.Accounts;
using Pinacle.Web.Pods;

namespace Pinacle.Web.Pages.Pods;

/// <summary>A page about one pod. Whoever may not do what it is for finds nothing there.</summary>
public abstract class PodPage(PodAccess access, PodScreens screens) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public Guid Id { get; set; }

    /// <summary>The pod, as this person may use it.</summary>
    public Pod Pod { get; private set; } = null!;

    /// <summary>What one must be allowed to do to it.</summary>
    protected virtual PodRight Needed => PodRight.Use;

    protected PodScreens Screens { get; } = screens;

    protected CurrentUser CurrentUser => HttpContext.RequiredUser();

    /// <summary>Finds what the page is about besides the pod; false where it is not there.</summary>
    protected virtual bool Find() => true;

    public override async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(next);
        var found = Needed == PodRight.Manage
            ? await access.Manageable(CurrentUser, Id.ToString(), HttpContext.RequestAborted)
            : await access.Visible(CurrentUser, Id.ToString(), HttpContext.RequestAborted);
        if (found is null)
        {
            context.Result = NotFound();
            return;
        }

        Pod = found;
        ViewData["Title"] = found.Name;
        ViewData["Section"] = "Pods";
        if (!Find())
        {
            context.Result = NotFound();
            return;
        }

        var done = await next();
        if (done.Exception is not FaultException refused)
            return;
        done.ExceptionHandled = true;
        done.Result = await Said(refused.Fault.Message, "bad");
    }

    /// <summary>The answer to an act: with htmx the parts of the pod's page as they are now, without it that page.</summary>
    protected async Task<IActionResult> Said(string sentence, string tone = "good")
    {
        var flash = new Flash(sentence, tone);
        if (!Request.IsHtmx())
            return this.Go($"/pods/{Id}", flash);
        return await Screens.WithoutLog(CurrentUser, Id, HttpContext.RequestAborted) is { } screen
            ? Partial("/Pages/Pods/_Answer.cshtml", (screen with { Live = true }, flash))
            : this.Go("/", flash);
    }
}
