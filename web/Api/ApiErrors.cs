using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Pinacle.Contracts;
using Pinacle.Web.Pods;

namespace Pinacle.Web.Api;

/// <summary>Answers what goes wrong in the API with problem details (RFC 9457): fields for what a person gave, the fault where a host refused.</summary>
public sealed partial class ApiErrors(RequestDelegate next, ILogger<ApiErrors> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception exception) when (!context.Response.HasStarted && exception is not OperationCanceledException)
        {
            await Results.Problem(Problem(exception)).ExecuteAsync(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to answer.
            return;
        }
    }

    private ProblemDetails Problem(Exception exception)
    {
        switch (exception)
        {
            case InputException input:
                return Fields(FaultStatus.Of(input.Kind), input.Message, input.Errors.Fields);
            case FaultException { Fault: var fault }:
                return new ProblemDetails { Status = FaultStatus.Of(fault.Kind), Title = Title(FaultStatus.Of(fault.Kind)), Detail = fault.Message, Extensions = { ["fault"] = fault } };
            case BadHttpRequestException { InnerException: JsonException json }:
                return Json(json);
            case BadHttpRequestException bad:
                return new ProblemDetails { Status = bad.StatusCode, Title = Title(bad.StatusCode), Detail = bad.Message };
            default:
                Log.Failed(log, exception);
                return new ProblemDetails { Status = 500, Title = Title(500), Detail = "cannot answer: an error that the operator finds in the log" };
        }
    }

    /// <summary>A field that is unknown, missing or of the wrong type is named; what is not JSON at all is 400.</summary>
    private static ProblemDetails Json(JsonException exception)
    {
        var field = exception.Path?.TrimStart('$', '.') ?? "";
        if (exception.Message.Contains("could not be mapped to any .NET member", StringComparison.Ordinal))
        {
            var name = exception.Message.Split('\'')[1];
            return Fields(422, $"there is no field {name} here", new Dictionary<string, string[]>(StringComparer.Ordinal) { [name] = ["There is no such field here."] });
        }

        if (exception.Message.Contains("missing required properties", StringComparison.Ordinal))
        {
            var missing = exception.Message.Split('\'').Where((_, index) => index % 2 == 1).Skip(1).ToDictionary(name => name, _ => (string[])["This is needed."], StringComparer.Ordinal);
            return Fields(422, $"missing: {string.Join(", ", missing.Keys)}", missing);
        }

        return field.Length > 0 && exception.Message.Contains("could not be converted", StringComparison.Ordinal)
            ? Fields(422, $"{field} is of the wrong type", new Dictionary<string, string[]>(StringComparer.Ordinal) { [field] = ["This is of the wrong type."] })
            : new ProblemDetails { Status = 400, Title = Title(400), Detail = "the request's body is not JSON" };
    }

    private static HttpValidationProblemDetails Fields(int status, string detail, IReadOnlyDictionary<string, string[]> fields) =>
        new(fields.ToDictionary(StringComparer.Ordinal)) { Status = status, Title = Title(status), Detail = detail };

    private static string Title(int status) => Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "cannot answer a request of the API")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
