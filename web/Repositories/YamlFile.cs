using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Pinacle.Web.Repositories;

/// <summary>Loads one YAML document of a stranger: bounded in depth and count, and without aliases, which can make a small file a huge tree.</summary>
internal static class YamlFile
{
    private const int MaxDepth = 8;
    private const int MaxNodes = 5000;

    /// <summary>The document's root; null when it is empty.</summary>
    /// <exception cref="WishException">It is not YAML, or over a bound.</exception>
    public static YamlValue? Load(string source, string text)
    {
        try
        {
            Check(source, text);
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            if (stream.Documents.Count == 0 || stream.Documents[0].RootNode is YamlScalarNode { Value: null or "" })
                return null;
            if (stream.Documents.Count > 1)
                throw new WishException(source, 1, 1, "the file has more than one document");
            return new YamlValue(source, stream.Documents[0].RootNode);
        }
        catch (YamlException exception)
        {
            throw new WishException(source, exception.Start.Line, exception.Start.Column, Clean(exception));
        }
    }

    private static void Check(string source, string text)
    {
        var parser = new Parser(new StringReader(text));
        var depth = 0;
        var nodes = 0;
        while (parser.MoveNext())
        {
            var at = parser.Current!;
            depth += at.NestingIncrease;
            nodes += at is NodeEvent ? 1 : 0;
            if (at is AnchorAlias or NodeEvent { Anchor.IsEmpty: false })
                throw new WishException(source, at.Start.Line, at.Start.Column, "anchors and aliases are not taken");

            // Stream and document count as two.
            if (depth > MaxDepth + 2)
                throw new WishException(source, at.Start.Line, at.Start.Column, $"this is nested deeper than {MaxDepth} levels");
            if (nodes > MaxNodes)
                throw new WishException(source, at.Start.Line, at.Start.Column, $"there are more than {MaxNodes} values");
        }
    }

    private static string Clean(YamlException exception)
    {
        var message = exception.InnerException?.Message ?? exception.Message;
        return message.Length > 300 ? message[..300] : message;
    }
}
