using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pinacle.Contracts;

/// <summary>Writes and reads an enum as its name in kebab-case (<c>NotFound</c> ⇄ <c>"not-found"</c>); numbers are refused.</summary>
/// <typeparam name="TEnum">The enum that stands on the wire.</typeparam>
public sealed class KebabCase<TEnum>() : JsonStringEnumConverter<TEnum>(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false)
    where TEnum : struct, Enum;
