using System.Globalization;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace Pinacle.Web.Pages.Markup;

/// <summary><c>&lt;ago at="@pod.CreatedAt" /&gt;</c>: a moment as people say it, with the exact time on hover.</summary>
[HtmlTargetElement("ago", TagStructure = TagStructure.WithoutEndTag)]
public sealed class AgoTagHelper(TimeProvider time) : TagHelper
{
    /// <summary>The moment; past or future.</summary>
    public required DateTimeOffset At { get; set; }

    /// <inheritdoc />
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var at = At.ToUniversalTime();
        output.TagName = "time";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("datetime", at.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        output.Attributes.SetAttribute("title", at.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture));
        output.Content.SetContent(Quantity.Ago(time.GetUtcNow() - at));
    }
}
