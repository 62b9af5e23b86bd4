using System.Collections.Frozen;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace Pinacle.Web.Pages.Markup;

/// <summary><c>&lt;icon name="running" /&gt;</c>: a 16-pixel drawing in the colour of its text. Says nothing to a screen reader: a word always stands beside it.</summary>
[HtmlTargetElement("icon", TagStructure = TagStructure.WithoutEndTag)]
public sealed class IconTagHelper : TagHelper
{
    private static readonly FrozenDictionary<string, string> Drawings = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        // States. Each has an outline of its own, so that they differ without colour.
        ["running"] = """<circle cx="8" cy="8" r="5" fill="currentColor" stroke="none"/>""",
        ["busy"] = """<path d="M8 2.5a5.5 5.5 0 1 1-5.5 5.5"/>""",
        ["asleep"] = """<path d="M13 9.6A5.5 5.5 0 1 1 6.4 3a4.4 4.4 0 0 0 6.6 6.6Z"/>""",
        ["frozen"] = """<path d="M8 2v12M2.8 5l10.4 6M13.2 5 2.8 11"/>""",
        ["stopped"] = """<rect x="3.5" y="3.5" width="9" height="9" rx="1"/>""",
        ["failed"] = """<path d="M8 2.2 14.4 13.4H1.6ZM8 6.6v3M8 11.4v.1"/>""",
        ["waiting"] = """<circle cx="8" cy="8" r="5.5"/><path d="M8 5v3l2 1.5"/>""",
        ["done"] = """<path d="m3 8.5 3.2 3.2L13 4.8"/>""",
        ["silent"] = """<circle cx="8" cy="8" r="5" stroke-dasharray="2.6 2.6"/>""",

        // Acts and things.
        ["start"] = """<path d="M4.5 3v10l8-5Z"/>""",
        ["retry"] = """<path d="M13 8a5 5 0 1 1-1.6-3.7M13 2.5v3h-3"/>""",
        ["delete"] = """<path d="M2.5 4.5h11M6 4.5v-2h4v2M4 4.5l.6 9h6.8l.6-9"/>""",
        ["open"] = """<path d="M9 2.5h4.5V7M13.3 2.7 7 9M6.5 3.5h-4v10h10v-4"/>""",
        ["copy"] = """<rect x="5.5" y="5.5" width="8" height="8" rx="1"/><path d="M10.5 5.5v-3h-8v8h3"/>""",
        ["plus"] = """<path d="M8 3v10M3 8h10"/>""",
        ["branch"] = """<circle cx="4.5" cy="3.5" r="1.5"/><circle cx="4.5" cy="12.5" r="1.5"/><circle cx="11.5" cy="5.5" r="1.5"/><path d="M4.5 5v6M11.5 7c0 2.5-7 1.5-7 4"/>""",
        ["info"] = """<circle cx="8" cy="8" r="6"/><path d="M8 7.2v4M8 4.9V5"/>""",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Which drawing. An unknown one throws: it is a slip in a page.</summary>
    public required string Name { get; set; }

    /// <inheritdoc />
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.TagName = "svg";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", $"icon-{Name}");
        output.Attributes.SetAttribute("width", "16");
        output.Attributes.SetAttribute("height", "16");
        output.Attributes.SetAttribute("viewBox", "0 0 16 16");
        output.Attributes.SetAttribute("fill", "none");
        output.Attributes.SetAttribute("stroke", "currentColor");
        output.Attributes.SetAttribute("stroke-width", "1.5");
        output.Attributes.SetAttribute("stroke-linecap", "round");
        output.Attributes.SetAttribute("stroke-linejoin", "round");
        output.Attributes.SetAttribute("aria-hidden", "true");
        output.Content.SetHtmlContent(Drawings[Name]);
    }
}
