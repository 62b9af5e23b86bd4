using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.AspNetCore.Html;

namespace Pinacle.Web.Pages.Markup;

/// <summary>
/// One line of a program's output as HTML: colours and weights of its SGR sequences (ECMA-48 §8.3.117) as classes of the
/// style sheet, every other control sequence dropped, everything else encoded. The line is hostile: a pod wrote it.
/// </summary>
public static class TerminalText
{
    private const char Escape = '\u001b';
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    /// <summary>The line as HTML that holds text and <c>span</c>s only.</summary>
    public static IHtmlContent Html(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        var html = new StringBuilder(line.Length + 16);
        var style = new TerminalStyle();
        var at = 0;
        while (at < line.Length)
        {
            var end = line.IndexOf(Escape, at);
            if (end < 0)
                end = line.Length;
            Append(html, line.AsSpan(at, end - at), style);
            at = end < line.Length ? Skip(line, end, ref style) : end;
        }

        return new HtmlString(html.ToString());
    }

    private static void Append(StringBuilder html, ReadOnlySpan<char> run, TerminalStyle style)
    {
        var text = Printable(run);
        if (text.Length == 0)
            return;

        var classes = style.Classes;
        if (classes.Length == 0)
            html.Append(Encoder.Encode(text));
        else
            html.Append("<span class=\"").Append(classes).Append("\">").Append(Encoder.Encode(text)).Append("</span>");
    }

    /// <summary>Without control characters, and without those that turn the direction of writing (they make a line read as another).</summary>
    private static string Printable(ReadOnlySpan<char> run)
    {
        var text = new StringBuilder(run.Length);
        foreach (var c in run)
        {
            if (c is '\t' or '\n' || (!char.IsControl(c) && c is not ((>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069'))))
                text.Append(c);
        }

        return text.ToString();
    }

    /// <summary>Reads the sequence that starts with the escape at <paramref name="at"/>; returns where the text goes on.</summary>
    private static int Skip(string line, int at, ref TerminalStyle style)
    {
        if (at + 1 >= line.Length || line[at + 1] != '[')
            return Math.Min(at + 2, line.Length);

        var end = at + 2;
        while (end < line.Length && line[end] is < '@' or > '~')
            end++;
        if (end >= line.Length)
            return line.Length;

        if (line[end] == 'm')
            style = Apply(style, line.AsSpan(at + 2, end - at - 2));
        return end + 1;
    }

    private static TerminalStyle Apply(TerminalStyle style, ReadOnlySpan<char> parameters)
    {
        var codes = new List<int>();
        foreach (var range in parameters.SplitAny(';', ':'))
            codes.Add(int.TryParse(parameters[range], NumberStyles.None, CultureInfo.InvariantCulture, out var code) ? code : 0);

        for (var i = 0; i < codes.Count; i++)
        {
            if (codes[i] is 38 or 48)
            {
                var indexed = i + 2 < codes.Count && codes[i + 1] == 5;
                if (codes[i] == 38 && indexed)
                    style = style with { Colour = codes[i + 2] < 16 ? codes[i + 2] % 8 : null };
                i += indexed ? 2 : 4;
                continue;
            }

            style = style.With(codes[i]);
        }

        return style;
    }
}
