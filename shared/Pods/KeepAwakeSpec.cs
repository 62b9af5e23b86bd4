using System.Text.Json.Serialization;

namespace Pinacle.Contracts;

/// <summary>How long a pod is to stay awake whether or not anything uses it (<c>POST /v1/pods/{id}/keep-awake</c>): a lease, in place of the one that it had.</summary>
/// <param name="Seconds">From now on, at most <see cref="Longest"/>; 0 ends the lease.</param>
public sealed record KeepAwakeSpec([property: JsonRequired] int Seconds)
{
    /// <summary>24 h.</summary>
    public const int Longest = 86_400;
}
