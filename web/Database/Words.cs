using System.Text.Json;

namespace Pinacle.Web.Database;

/// <summary>Enums as the words that stand in tables and JSON: kebab-case.</summary>
public static class Words
{
    public static string Of<TEnum>(TEnum value)
        where TEnum : struct, Enum => Lists<TEnum>.Words[value];

    public static TEnum Parse<TEnum>(string word)
        where TEnum : struct, Enum => Lists<TEnum>.Values[word];

    /// <summary>The value of a word that came from outside; null when there is none.</summary>
    public static TEnum? Find<TEnum>(string? word)
        where TEnum : struct, Enum => word is not null && Lists<TEnum>.Values.TryGetValue(word, out var value) ? value : null;

    private static class Lists<TEnum>
        where TEnum : struct, Enum
    {
        public static readonly Dictionary<TEnum, string> Words =
            Enum.GetValues<TEnum>().ToDictionary(value => value, value => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString()));

        public static readonly Dictionary<string, TEnum> Values = Words.ToDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);
    }
}
