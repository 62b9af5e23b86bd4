namespace Pinacle.Podd.Commands;

/// <summary>A stack of steps that take back what an act did so far; run backwards, each on a fresh token, so that the cancellation which ended the act does not end its undoing.</summary>
public sealed partial class Undo(ILogger logger, string podId)
{
    private static readonly TimeSpan StepLimit = TimeSpan.FromSeconds(30);
    private readonly Stack<(string What, Func<CancellationToken, Task> Step)> _steps = new();

    /// <summary>Remembers how to take back what is about to be done. Push before the act: the step must accept that there is nothing to take back.</summary>
    public void Push(string what, Func<CancellationToken, Task> step) => _steps.Push((what, step));

    /// <summary>Forgets everything: the act has succeeded.</summary>
    public void Clear() => _steps.Clear();

    /// <summary>Takes everything back. A step that fails is logged and does not stop the others; recovery at the next start finds what it left.</summary>
    public async Task Run()
    {
        while (_steps.TryPop(out var step))
        {
            using var limit = new CancellationTokenSource(StepLimit);
            try
            {
                await step.Step(limit.Token);
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                Log.StepFailed(logger, error, step.What, podId);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "cannot take back what was done to pod {Pod}: {What}")]
        public static partial void StepFailed(ILogger logger, Exception error, string what, string pod);
    }
}
