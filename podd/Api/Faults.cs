using Pinacle.Contracts;

namespace Pinacle.Podd.Api;

/// <summary>Turns what is thrown into the answer for the caller; the log has the rest.</summary>
public sealed partial class Faults(ILogger<Faults> logger)
{
    /// <summary>The middleware.</summary>
    public async Task Invoke(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller hung up.
        }
        catch (FaultException error)
        {
            Log.Refused(logger, context.Request.Method, context.Request.Path, error.Fault.Kind, error.Message);
            await Answer(context, error.Fault);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            Log.Broke(logger, error, context.Request.Method, context.Request.Path);
            await Answer(context, new Fault(FaultKind.Internal, $"cannot answer {context.Request.Method} {context.Request.Path}: podd's log says why"));
        }
    }

    private static Task Answer(HttpContext context, Fault fault)
    {
        if (context.Response.HasStarted)
        {
            // Half an answer must not look like a whole one.
            context.Abort();
            return Task.CompletedTask;
        }
        context.Response.Clear();
        context.Response.StatusCode = FaultStatus.Of(fault.Kind);
        if (fault.Kind is FaultKind.PodAsleep or FaultKind.TooMany)
            context.Response.Headers.RetryAfter = "2";
        return Json.Write(context, new FaultAnswer(fault), ContractsJson.Default.FaultAnswer);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "{Method} {Path}: {Kind}: {Message}")]
        public static partial void Refused(ILogger logger, string method, string path, FaultKind kind, string message);

        [LoggerMessage(Level = LogLevel.Error, Message = "cannot answer {Method} {Path}")]
        public static partial void Broke(ILogger logger, Exception error, string method, string path);
    }
}
