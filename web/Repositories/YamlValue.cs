using System.Globalization;
using Pinacle.Web.Database;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Pinacle.Web.Repositories;

/// <summary>A node of a YAML file, read with complaints that say where.</summary>
internal sealed class YamlValue(string source, YamlNode node)
{
    public bool IsList => node is YamlSequenceNode;

    /// <summary>The entries of a mapping with known keys.</summary>
    public IEnumerable<(string Key, YamlValue Value)> Entries(params string[] known)
    {
        foreach (var (name, value, key) in NamedEntries(int.MaxValue))
        {
            if (!known.Contains(name, StringComparer.Ordinal))
                throw key.Wrong($"there is no key \"{name}\" here; there are {string.Join(", ", known)}");
            yield return (name, value);
        }
    }

    /// <summary>The entries of a mapping whose keys are names of the author's own.</summary>
    public IEnumerable<(string Name, YamlValue Value, YamlValue Key)> NamedEntries(int most)
    {
        if (node is not YamlMappingNode mapping)
            throw Wrong("a list of \"key: value\" is expected here");
        if (mapping.Children.Count > most)
            throw Wrong($"there are more than {most} entries");
        foreach (var (key, value) in mapping.Children)
        {
            var at = new YamlValue(source, key);
            yield return (at.Text(256), new YamlValue(source, value), at);
        }
    }

    public IEnumerable<YamlValue> Items(int most)
    {
        var list = (YamlSequenceNode)node;
        return list.Children.Count <= most ? list.Children.Select(child => new YamlValue(source, child)) : throw Wrong($"there are more than {most} entries");
    }

    public string Text(int most, bool mayBeEmpty = false)
    {
        if (node is not YamlScalarNode scalar)
            throw Wrong("a text is expected here");
        var value = scalar.Value ?? "";
        if (value.Length > most)
            throw Wrong($"this is longer than {most} characters");
        if (value.Contains('\0', StringComparison.Ordinal))
            throw Wrong("this is not text");
        if (!mayBeEmpty && value.Trim().Length == 0)
            throw Wrong("this is empty");
        return value;
    }

    public long Number(long least, long most, string rule) =>
        node is YamlScalarNode { Style: ScalarStyle.Plain } scalar && long.TryParse(scalar.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number : throw Wrong(rule);

    public TEnum Word<TEnum>(string rule)
        where TEnum : struct, Enum => Words.Find<TEnum>(Text(32)) ?? throw Wrong($"this is {rule}");

    public string Checked(Func<string, string?> problem)
    {
        var text = Text(1024);
        Require(problem(text));
        return text;
    }

    public void Require(string? problem)
    {
        if (problem is not null)
            throw Wrong(problem);
    }

    public WishException Wrong(string problem) => new(source, node.Start.Line, node.Start.Column, problem);
}
