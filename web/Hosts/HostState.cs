using System.Text.Json.Serialization;
using Pinacle.Contracts;

namespace Pinacle.Web.Hosts;

/// <summary>Whether a host takes part.</summary>
[JsonConverter(typeof(KebabCase<HostState>))]
public enum HostState
{
    /// <summary>Takes pods.</summary>
    Active,

    /// <summary>Keeps its pods, takes no new ones.</summary>
    Draining,

    /// <summary>Has been silent for longer than <see cref="HostsOptions.DownAfter"/>.</summary>
    Down,

    /// <summary>Gone for good.</summary>
    Retired,
}
