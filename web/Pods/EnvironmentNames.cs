using System.Text.RegularExpressions;

namespace Pinacle.Web.Pods;

/// <summary>Which environment a pod may be given.</summary>
public static partial class EnvironmentNames
{
    private const int MaxCount = 100;
    private const int MaxValue = 32 * 1024;

    /// <summary>Null when all is good; else a sentence that names the variable.</summary>
    public static string? Problem(IReadOnlyDictionary<string, string> environment)
    {
        if (environment.Count > MaxCount)
            return $"A pod has at most {MaxCount} variables.";
        foreach (var (name, value) in environment)
        {
            if (name.Length > 128 || !Pattern().IsMatch(name))
                return $"\"{(name.Length > 128 ? name[..128] : name)}\" is not the name of a variable: letters, digits and _, not starting with a digit.";
            if (value.Length > MaxValue || value.Contains('\0', StringComparison.Ordinal))
                return $"The value of {name} is too long or not text.";
        }

        return null;
    }

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]*\z", RegexOptions.NonBacktracking)]
    private static partial Regex Pattern();
}
