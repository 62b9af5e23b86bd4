using System.Text.Json.Serialization;

namespace Pinacle.Contracts;

/// <summary>How far a pod's setup is.</summary>
[JsonConverter(typeof(KebabCase<SetupState>))]
public enum SetupState
{
    /// <summary>Nothing to set up, or not begun.</summary>
    None,

    /// <summary>A step is running.</summary>
    Running,

    /// <summary>Every step ended with exit code 0.</summary>
    Done,

    /// <summary>A step failed; the pod is up all the same.</summary>
    Failed,
}
