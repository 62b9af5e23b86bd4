using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Pinacle.Web.Database;

/// <summary>A record in a <c>jsonb</c> column, written as on the wire.</summary>
/// <remarks>The records are immutable, so a change is another instance: reference equality is enough, and nothing is copied.</remarks>
public static partial class JsonColumn
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    public static PropertyBuilder<T> IsJson<T>(this PropertyBuilder<T> property)
    {
        property.HasColumnType("jsonb").HasConversion(
            new ValueConverter<T, string>(value => Write(value), text => Read<T>(text)),
            new ValueComparer<T>((left, right) => ReferenceEquals(left, right), value => value == null ? 0 : value.GetHashCode(), value => value));
        return property;
    }

    /// <summary>A NUL in a text (a pod may send one) is left out: Postgres refuses it in <c>jsonb</c>.</summary>
    public static string Write<T>(T value)
    {
        var json = JsonSerializer.Serialize(value, Options);
        return json.Contains("\\u0000", StringComparison.Ordinal) ? EscapedNul().Replace(json, "${before}") : json;
    }

    // An odd number of backslashes before u0000: an even one is a text that speaks of it.
    [GeneratedRegex(@"(?<!\\)(?<before>(\\\\)*)\\u0000", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex EscapedNul();

    private static T Read<T>(string text) => JsonSerializer.Deserialize<T>(text, Options)!;
}
