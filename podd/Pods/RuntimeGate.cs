using Pinacle.Contracts;
using Pinacle.Podd.Runsc;

namespace Pinacle.Podd.Pods;

/// <summary>Lets no pod start before runsc has passed its self-test.</summary>
public sealed class RuntimeGate(SelfTest test)
{
    private readonly TaskCompletionSource<RuntimeReport> _verdict = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What is known of runsc now.</summary>
    public RuntimeReport Report => _verdict.Task.IsCompletedSuccessfully ? _verdict.Task.Result : new RuntimeReport(RuntimeState.Testing, null, null);

    /// <summary>Runs the self-test, once.</summary>
    public async Task Test(CancellationToken cancellationToken)
    {
        try
        {
            _verdict.TrySetResult(await test.Run(cancellationToken));
        }
        catch (Exception error)
        {
            _verdict.TrySetResult(new RuntimeReport(RuntimeState.Unfit, null, null, $"the self-test broke: {error.Message}"));
            throw;
        }
    }

    /// <summary>Waits for the verdict and throws where it is bad.</summary>
    public async Task Fit(PodAct act, CancellationToken cancellationToken)
    {
        if (!_verdict.Task.IsCompleted)
            await act.Step("runtime", "Waiting for the self-test of runsc", () => _verdict.Task.WaitAsync(cancellationToken));
        var report = await _verdict.Task.WaitAsync(cancellationToken);
        if (report.State != RuntimeState.Fit)
            throw new FaultException(FaultKind.RuntimeUnfit, "cannot start pods on this host: runsc does not pass the self-test", report.Message);
    }
}
