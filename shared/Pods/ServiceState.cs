using System.Text.Json.Serialization;

namespace Pinacle.Contracts;

/// <summary>What the process of a service does.</summary>
[JsonConverter(typeof(KebabCase<ServiceState>))]
public enum ServiceState
{
    /// <summary>Not started: the pod is down, or setup has not ended.</summary>
    Stopped,

    /// <summary>The process runs.</summary>
    Running,

    /// <summary>The process ended and will be started again after a pause.</summary>
    BackingOff,

    /// <summary>The process ended with exit code 0 and is left so.</summary>
    Exited,

    /// <summary>The service has no command of its own.</summary>
    External,
}
