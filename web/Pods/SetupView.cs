using Pinacle.Contracts;

namespace Pinacle.Web.Pods;

/// <summary>How a pod's setup went or goes, as people see it.</summary>
/// <param name="State">A repository whose wishes could not be read counts as failed.</param>
/// <param name="Step">The step that runs or failed.</param>
/// <param name="Message">Why it failed.</param>
public sealed record SetupView(SetupState State, string? Step, string? Message)
{
    public static SetupView Of(Pod pod)
    {
        if (pod.Config.RepositoryFault is { } fault)
            return new SetupView(SetupState.Failed, pod.Config.Source, fault.Detail is null ? fault.Message : $"{fault.Message}: {fault.Detail}");
        var setup = pod.Report?.Setup;
        return setup is null || setup.Attempt < pod.SetupAttempt && pod.Status == PodState.Requested
            ? new SetupView(SetupState.None, null, null)
            : new SetupView(setup.State, setup.Step, setup.Message);
    }
}
