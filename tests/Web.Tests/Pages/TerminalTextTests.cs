using System.Text.Encodings.Web;
using Pinacle.Web.Pages.Markup;
using Xunit;

namespace Pinacle.Web.Tests.Pages;

public sealed class TerminalTextTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("\u001b[32mok\u001b[0m done", "<span class=\"a-2\">ok</span> done")]
    [InlineData("\u001b[1;91mbad", "<span class=\"a-1 a-b\">bad</span>")]
    [InlineData("\u001b[38;5;4mblue\u001b[39m", "<span class=\"a-4\">blue</span>")]
    [InlineData("\u001b[38;2;1;2;3mtrue\u001b[m", "true")]
    [InlineData("\u001b[2K\u001b[1Gline\u0007", "line")]
    [InlineData("cut\u001b[3", "cut")]
    [InlineData("cut\u001b", "cut")]
    [InlineData("<b>&\"", "&lt;b&gt;&amp;&quot;")]
    [InlineData("\u001b[31m<script>\u001b[0m", "<span class=\"a-1\">&lt;script&gt;</span>")]
    [InlineData("a\u202eb\u2066c", "abc")]
    public void Colours_become_classes_and_all_else_is_text(string line, string html)
    {
        using var written = new StringWriter();
        TerminalText.Html(line).WriteTo(written, HtmlEncoder.Default);
        Assert.Equal(html, written.ToString());
    }
}
