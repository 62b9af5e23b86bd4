namespace Pinacle.Web.Pages.Markup;

/// <summary>How a terminal would write now.</summary>
internal readonly record struct TerminalStyle(int? Colour, bool Bold, bool Dim, bool Italic, bool Underlined, bool Struck, bool Reversed)
{
    /// <summary>The style sheet's classes for it; empty for plain text.</summary>
    public string Classes => string.Join(' ', Names());

    /// <summary>The style after one SGR code; an unknown one changes nothing.</summary>
    public TerminalStyle With(int code) => code switch
    {
        0 => default,
        1 => this with { Bold = true },
        2 => this with { Dim = true },
        3 => this with { Italic = true },
        4 => this with { Underlined = true },
        7 => this with { Reversed = true },
        9 => this with { Struck = true },
        22 => this with { Bold = false, Dim = false },
        23 => this with { Italic = false },
        24 => this with { Underlined = false },
        27 => this with { Reversed = false },
        29 => this with { Struck = false },
        >= 30 and <= 37 => this with { Colour = code - 30 },
        39 => this with { Colour = null },
        >= 90 and <= 97 => this with { Colour = code - 90 },
        _ => this,
    };

    private IEnumerable<string> Names()
    {
        if (Colour is { } colour) yield return $"a-{colour}";
        if (Bold) yield return "a-b";
        if (Dim) yield return "a-d";
        if (Italic) yield return "a-i";
        if (Underlined) yield return "a-u";
        if (Struck) yield return "a-s";
        if (Reversed) yield return "a-r";
    }
}
