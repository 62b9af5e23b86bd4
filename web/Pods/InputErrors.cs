using Pinacle.Contracts;

namespace Pinacle.Web.Pods;

/// <summary>What is wrong with what a person gave, by field.</summary>
public sealed class InputErrors
{
    private readonly Dictionary<string, string[]> errors = new(StringComparer.Ordinal);

    /// <summary>Field (as in the API) → sentences.</summary>
    public IReadOnlyDictionary<string, string[]> Fields => errors;

    /// <summary>True when something is wrong.</summary>
    public bool Any => errors.Count > 0;

    /// <summary>Adds a sentence; null is no problem.</summary>
    public void Add(string field, string? problem)
    {
        if (problem is not null)
            errors[field] = errors.TryGetValue(field, out var before) ? [.. before, problem] : [problem];
    }

    /// <summary>Throws when something is wrong.</summary>
    public void Refuse(FaultKind kind = FaultKind.Invalid)
    {
        if (Any)
            throw new InputException(kind, this);
    }
}
