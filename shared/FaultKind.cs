using System.Text.Json.Serialization;

namespace Pinacle.Contracts;

/// <summary>What kind of thing went wrong. On the wire in kebab-case; each kind has one HTTP status (<see cref="FaultStatus"/>).</summary>
[JsonConverter(typeof(KebabCase<FaultKind>))]
public enum FaultKind
{
    /// <summary>500. A defect or something nobody foresaw; the message says which act failed.</summary>
    Internal,

    /// <summary>404. No such pod, file, service, image or transfer.</summary>
    NotFound,

    /// <summary>409. The thing is in a state that does not allow this act.</summary>
    Conflict,

    /// <summary>422. What was asked is not valid; <see cref="Fault.Detail"/> says where.</summary>
    Invalid,

    /// <summary>503. The host has no room for this pod.</summary>
    HostFull,

    /// <summary>507. The pool or the pod's own limit is used up.</summary>
    DiskFull,

    /// <summary>503. runsc on this host does not pass the self-test.</summary>
    RuntimeUnfit,

    /// <summary>504. Something did not answer in its time.</summary>
    Timeout,

    /// <summary>503. The pod is not running and this act does not start it.</summary>
    PodDown,

    /// <summary>503. The pod sleeps and this request may not wake it.</summary>
    PodAsleep,

    /// <summary>502. Nothing in the pod listens on this port.</summary>
    NotListening,

    /// <summary>401. The key is missing or wrong.</summary>
    Unauthorized,

    /// <summary>413. A body, file or answer is over its limit.</summary>
    TooLarge,

    /// <summary>429. Too many requests.</summary>
    TooMany,

    /// <summary>502. The guest answered with something that is not its protocol.</summary>
    GuestBroken,

    /// <summary>502. The host cannot be reached (said by web only).</summary>
    HostUnreachable,

    /// <summary>422. The repository does not exist or needs a sign-in, or its branch does not exist.</summary>
    RepositoryUnavailable,
}
