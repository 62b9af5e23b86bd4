using Pinacle.Contracts;
using Pinacle.Web.Database;

namespace Pinacle.Web.Pages.Markup;

/// <summary>A state as people see it: a word, a drawing of its own and a tone, so that no one of them has to be enough.</summary>
/// <param name="Word">The state, in the words of the design.</param>
/// <param name="Icon">A drawing of <see cref="IconTagHelper"/>.</param>
/// <param name="Tone"><c>good</c>, <c>busy</c>, <c>rest</c>, <c>bad</c>; empty for a plain one.</param>
public sealed record Chip(string Word, string Icon, string Tone)
{
    /// <summary>The chip of a service whose pod is asleep.</summary>
    public static Chip OpensOnRequest { get; } = new("asleep, opens on request", "asleep", "rest");

    /// <summary>The chip of a pod's state.</summary>
    public static Chip Of(PodState state, bool frozen = false) => state switch
    {
        PodState.Running when frozen => new("frozen", "frozen", "rest"),
        PodState.Running => new("running", "running", "good"),
        PodState.Requested => new("requested", "waiting", "busy"),
        PodState.Asleep => new("asleep", "asleep", "rest"),
        PodState.Stopped => new("stopped", "stopped", ""),
        PodState.Failed => new("failed", "failed", "bad"),
        _ => new(Words.Of(state), "busy", "busy"),
    };

    /// <summary>The chip of a service: what counts is whether its port answers.</summary>
    public static Chip Of(ServiceState state, bool listening) => (state, listening) switch
    {
        (ServiceState.Running or ServiceState.External, true) => new("listening", "running", "good"),
        (ServiceState.Running, false) => new("not listening yet", "silent", "busy"),
        (ServiceState.External, false) => new("nothing listens", "silent", ""),
        (ServiceState.BackingOff, _) => new("restarting", "failed", "bad"),
        (ServiceState.Exited, _) => new("exited", "done", ""),
        _ => new("stopped", "stopped", ""),
    };
}
