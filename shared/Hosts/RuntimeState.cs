using System.Text.Json.Serialization;

namespace Pinacle.Contracts;

/// <summary>Whether runsc on a host can be trusted with pods.</summary>
[JsonConverter(typeof(KebabCase<RuntimeState>))]
public enum RuntimeState
{
    /// <summary>The self-test is still running.</summary>
    Testing,

    /// <summary>It passed.</summary>
    Fit,

    /// <summary>It failed: no pod is started.</summary>
    Unfit,
}
