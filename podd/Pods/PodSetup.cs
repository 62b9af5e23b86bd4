using System.Globalization;
using Pinacle.Contracts;

namespace Pinacle.Podd.Pods;

/// <summary>Clone, setup steps and configuration of a pod, done by its guest.</summary>
public sealed class PodSetup(PoddOptions options, PodChanges changes, TimeProvider time)
{
    /// <summary>Clones the repository into the workspace. A failure is an exception with the guest's fault.</summary>
    public async Task Clone(Pod pod, PodAct act, CancellationToken cancellationToken)
    {
        var record = changes.Change(pod, record => record with { Setup = new SetupReport(SetupState.Running, 0, "clone") });
        // Never joined again: a clone that was cut begins anew, in an empty workspace.
        var run = string.Create(CultureInfo.InvariantCulture, $"clone-{time.GetUtcNow().ToUnixTimeMilliseconds():x}");
        if (await Run(pod, act, new GuestSetup(run, record.Spec.Repository, []), cancellationToken) is { } failed)
            throw new FaultException(failed.Fault ?? new Fault(FaultKind.RepositoryUnavailable, $"cannot clone {record.Spec.Repository!.Url}", failed.Message));
    }

    /// <summary>Runs the steps of the spec, unless that attempt has ended already. A failure is a state, not an exception: the pod stays up.</summary>
    public async Task Steps(Pod pod, PodAct act, CancellationToken cancellationToken)
    {
        var (setup, before) = (pod.Record!.Spec.Setup, pod.Record.Setup);
        if (setup is null || (before.State is SetupState.Done or SetupState.Failed && before.Attempt >= setup.Attempt))
            return;
        if (setup.Steps.Count == 0)
        {
            changes.Change(pod, record => record with { Setup = new SetupReport(SetupState.Done, setup.Attempt) });
            return;
        }
        changes.Change(pod, record => record with { Setup = new SetupReport(SetupState.Running, setup.Attempt, setup.Steps[0].Name) });
        FaultPoints.Reach(FaultPoint.SetupRecorded);
        var run = string.Create(CultureInfo.InvariantCulture, $"setup-{setup.Attempt}");
        var failed = await Run(pod, act, new GuestSetup(run, null, setup.Steps), cancellationToken);
        changes.Change(pod, record => record with
        {
            Setup = failed is null
                ? new SetupReport(SetupState.Done, setup.Attempt)
                : new SetupReport(SetupState.Failed, setup.Attempt, failed.Step ?? record.Setup.Step, failed.Fault?.Message ?? failed.Message),
        });
    }

    /// <summary>Tells a guest that woke what was changed while it slept. Without the secrets that podd had before its restart it would take them from its services: then it hears all of it from web's next spec.</summary>
    public async Task Tell(Pod pod, CancellationToken cancellationToken)
    {
        if (pod.Record is { HasSecrets: true } && pod.Secrets is null)
            return;
        await Configure(pod, cancellationToken);
        changes.Change(pod, record => record with { Unheard = false });
    }

    /// <summary>True where two specs say the same to a guest that runs.</summary>
    public static bool SameForGuest(PodSpec one, PodSpec other) =>
        one.HostName == other.HostName
        && one.Environment.Count == other.Environment.Count && one.Environment.All(pair => other.Environment.TryGetValue(pair.Key, out var value) && value == pair.Value)
        && one.Services.SequenceEqual(other.Services);

    /// <summary>Gives the guest its environment and services; they run once setup has ended well.</summary>
    public Task Configure(Pod pod, CancellationToken cancellationToken)
    {
        var record = pod.Record!;
        var environment = new Dictionary<string, string>(record.ImageEnvironment ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        foreach (var (name, value) in options.PodEnvironment)
            environment[name] = value;
        if (options.CaBundle.Length > 0)
        {
            foreach (var name in (string[])["SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "GIT_SSL_CAINFO", "PIP_CERT"])
                environment[name] = $"{GuestProtocol.Folder}/run/ca.pem";
        }
        foreach (var (name, value) in record.Spec.Environment)
            environment[name] = value;
        foreach (var (name, value) in pod.Secrets ?? new Dictionary<string, string>(StringComparer.Ordinal))
            environment[name] = value;
        // A failed setup leaves the pod up for whoever looks into it, but its services would only fail in turn.
        var on = record.Made && (record.Spec.Setup is null ? record.Spec.Repository is null : record.Setup.State == SetupState.Done);
        return pod.Reach().Configure(
            new GuestConfig
            {
                HostName = record.Spec.HostName,
                Environment = environment,
                Services = record.Spec.Services,
                ServicesOn = on,
            },
            cancellationToken);
    }

    // The event that says what failed; null when all went well.
    private async Task<GuestSetupEvent?> Run(Pod pod, PodAct act, GuestSetup setup, CancellationToken cancellationToken)
    {
        GuestSetupEvent? failed = null;
        var attempt = pod.Record!.Setup.Attempt;
        var run = string.Create(CultureInfo.InvariantCulture, $"{setup.Run}-of-{pod.Record.Spec.Epoch}");
        await foreach (var line in pod.Reach().Setup(setup, 0, cancellationToken))
        {
            act.Tell(run, line);
            if (line.Kind == ProgressKind.Begin && line.Step is { } step && step != pod.Record.Setup.Step)
                changes.Change(pod, record => record with { Setup = new SetupReport(SetupState.Running, attempt, step) });
            // A run that the end of its sandbox cut goes on in the next one: only what follows the last begin counts.
            if (line.Kind == ProgressKind.Begin)
                failed = null;
            else if (line.Kind == ProgressKind.Fail || line.Fault is not null)
                failed = failed is null ? line : failed with { Fault = failed.Fault ?? line.Fault };
        }
        return failed;
    }
}
