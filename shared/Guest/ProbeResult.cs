using System.Text.Json.Serialization;

namespace Pinacle.Contracts;

/// <summary>How a port took a <see cref="PortProbe"/>.</summary>
[JsonConverter(typeof(KebabCase<ProbeResult>))]
public enum ProbeResult
{
    /// <summary>Nothing listens there on loopback.</summary>
    Closed,

    /// <summary>Something listens, and did not react within a second: it is stopped, busy, waits for more, or its kernel no longer tells it of anything.</summary>
    Deaf,

    /// <summary>It said something or hung up in turn, as whoever serves strangers does.</summary>
    Answers,
}
