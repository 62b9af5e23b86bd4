using System.Text.Json.Serialization;
using Pinacle.Contracts;

namespace Pinacle.Web.Pods;

/// <summary>What a <see cref="PodEvent"/> tells.</summary>
[JsonConverter(typeof(KebabCase<PodEventKind>))]
public enum PodEventKind
{
    /// <summary>A step begins, ends or fails; <c>data</c> has step, phase and seconds.</summary>
    Step,

    /// <summary>A line that a step printed.</summary>
    Output,

    /// <summary>The pod is in another state.</summary>
    State,

    /// <summary>Something about a snapshot.</summary>
    Snapshot,

    /// <summary>Something about a service.</summary>
    Service,

    /// <summary>An act failed.</summary>
    Fault,
}
