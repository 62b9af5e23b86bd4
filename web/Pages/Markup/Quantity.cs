using System.Globalization;

namespace Pinacle.Web.Pages.Markup;

/// <summary>Quantities as people say them.</summary>
public static class Quantity
{
    /// <summary>"3 min ago", "just now", "in 2 h".</summary>
    public static string Ago(TimeSpan passed)
    {
        var distance = passed.Duration();
        if (distance < TimeSpan.FromSeconds(5))
            return "just now";

        var words = Span(distance);
        return passed < TimeSpan.Zero ? $"in {words}" : $"{words} ago";
    }

    /// <summary>"40 s", "15 min", "3 d": the largest whole unit.</summary>
    public static string Span(TimeSpan span) => span switch
    {
        { TotalMinutes: < 1 } => $"{span.Seconds} s",
        { TotalHours: < 1 } => $"{(int)span.TotalMinutes} min",
        { TotalDays: < 1 } => $"{(int)span.TotalHours} h",
        { TotalDays: < 60 } => $"{(int)span.TotalDays} d",
        _ => $"{(int)(span.TotalDays / 30.4)} months",
    };

    /// <summary>"0.4 s", "12.3 s", "2 min 5 s".</summary>
    public static string Seconds(double seconds) => seconds < 60
        ? string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s")
        : string.Create(CultureInfo.InvariantCulture, $"{(int)seconds / 60} min {(int)seconds % 60} s");

    /// <summary>"640 KB", "1.5 GB": powers of 1,024, as the tiers count.</summary>
    public static string Bytes(long bytes)
    {
        string[] units = ["B", "KB", "MB", "GB", "TB"];
        double value = bytes;
        var unit = 0;
        while (value >= 1024 && unit < units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{value:0.#} {units[unit]}");
    }
}
