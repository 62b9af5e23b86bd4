using System.Text.Json.Serialization;

namespace Pinacle.Contracts;

/// <summary>What a <see cref="ProgressLine"/> says.</summary>
[JsonConverter(typeof(KebabCase<ProgressKind>))]
public enum ProgressKind
{
    /// <summary>The step begins.</summary>
    Begin,

    /// <summary>A line that the step printed.</summary>
    Output,

    /// <summary>The step ended well.</summary>
    End,

    /// <summary>The step ended badly; the message says why.</summary>
    Fail,

    /// <summary>The last line.</summary>
    Done,
}
