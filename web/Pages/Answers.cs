using Htmx;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace Pinacle.Web.Pages;

/// <summary>How a page answers a form, with and without htmx.</summary>
internal static class Answers
{
    private const string Sentence = "Flash.Sentence";
    private const string Tone = "Flash.Tone";

    /// <summary>On to another page of this site, which says <paramref name="flash"/> at its top.</summary>
    public static IActionResult Go(this PageModel page, string path, Flash? flash = null)
    {
        if (flash is not null)
        {
            page.TempData[Sentence] = flash.Sentence;
            page.TempData[Tone] = flash.Tone;
        }

        if (!page.Request.IsHtmx())
            return page.LocalRedirect(path);
        page.Response.Htmx(headers => headers.Redirect(path));
        return new EmptyResult();
    }

    /// <summary>What the page before wanted to be said here; once.</summary>
    public static Flash? Flash(this ITempDataDictionary data) =>
        data[Sentence] is string sentence ? new Flash(sentence, data[Tone] as string ?? "good") : null;
}
