using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Pinacle.Web.Database;

/// <summary>Keeps an enum as its word.</summary>
public sealed class WordConverter<TEnum>() : ValueConverter<TEnum, string>(value => Words.Of(value), word => Words.Parse<TEnum>(word))
    where TEnum : struct, Enum;
