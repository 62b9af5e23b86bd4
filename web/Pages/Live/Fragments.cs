using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.Razor;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace Pinacle.Web.Pages.Live;

/// <summary>Renders a page's own partials where no page is: in the messages of a live stream.</summary>
internal sealed class Fragments(IRazorViewEngine views, ITempDataDictionaryFactory tempData)
{
    /// <summary>The partial at <paramref name="path"/> (<c>/Pages/Pods/_Head.cshtml</c>) as HTML.</summary>
    public async Task<string> Render<TModel>(HttpContext context, string path, TModel model)
    {
        var found = views.GetView(executingFilePath: null, path, isMainPage: false);
        found.EnsureSuccessful(originalLocations: null);
        var data = new ViewDataDictionary<TModel>(new EmptyModelMetadataProvider(), new ModelStateDictionary()) { Model = model };
        var action = new ActionContext(context, context.GetRouteData(), new ActionDescriptor());
        await using var html = new StringWriter(CultureInfo.InvariantCulture);
        await found.View.RenderAsync(new ViewContext(action, found.View, data, tempData.GetTempData(context), html, new HtmlHelperOptions()));
        return html.ToString();
    }
}
