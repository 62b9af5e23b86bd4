using Pinacle.Contracts;

namespace Pinacle.Web.Pods;

/// <summary>What a person gave is refused; the edge shows each sentence beside its field.</summary>
public sealed class InputException(FaultKind kind, InputErrors errors)
    : Exception(string.Join(' ', errors.Fields.SelectMany(pair => pair.Value)))
{
    /// <summary><see cref="FaultKind.Invalid"/> (422), <see cref="FaultKind.Conflict"/> (409, a name taken) or <see cref="FaultKind.TooMany"/> (429, a quota).</summary>
    public FaultKind Kind { get; } = kind;

    public InputErrors Errors { get; } = errors;
}
