using System.Text;

namespace Pinacle.Web.Pages.Live;

/// <summary>What an open page has been sent, so that only parts that changed go out: a part that stays keeps its focus, selection and scroll.</summary>
internal sealed class SentParts
{
    private readonly Dictionary<string, string> sent = new(StringComparer.Ordinal);

    /// <summary>Adds a part to a message, unless the page has it just so.</summary>
    public void AddIfNew(StringBuilder message, string part, string html)
    {
        if (sent.TryGetValue(part, out var before) && string.Equals(before, html, StringComparison.Ordinal))
            return;
        sent[part] = html;
        message.Append(html);
    }
}
