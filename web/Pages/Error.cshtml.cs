using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Pinacle.Web.Pages;

/// <summary>Says in plain words that a request came to nothing. What one may not see is not there: 403 reads as 404.</summary>
[IgnoreAntiforgeryToken]
[ResponseCache(NoStore = true)]
public sealed class ErrorModel : PageModel
{
    [BindProperty(SupportsGet = true)]
    public int Code { get; set; }

    public string Title => Code switch
    {
        400 => "That form is out of date",
        404 => "There is nothing here",
        429 => "Too many requests",
        >= 500 => "That went wrong",
        _ => "That cannot be done",
    };

    public string Explanation => Code switch
    {
        400 => "It was sent without the token of this page, or after a sign-in in another tab. Open the page again and send it once more.",
        404 => "No such page, or no pod that you can see. It may have been deleted.",
        429 => "Wait a moment, then try again.",
        >= 500 => "The fault is ours, not yours. Nothing you entered was lost on purpose; try again in a moment.",
        _ => "The server refused this request.",
    };

    public void OnGet() => Code = Code is 403 ? 404 : Code is < 400 or > 599 ? 404 : Code;

    public void OnPost() => OnGet();
}
