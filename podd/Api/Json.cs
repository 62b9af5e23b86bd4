using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Pinacle.Contracts;

namespace Pinacle.Podd.Api;

/// <summary>JSON bodies and NDJSON streams.</summary>
internal static class Json
{
    private const int LongestBody = 1 << 20;
    private static readonly byte[] NewLine = "\n"u8.ToArray();

    /// <summary>Reads a body of at most 1 MiB.</summary>
    public static async Task<T> Read<T>(HttpContext context, JsonTypeInfo<T> type)
    {
        if (context.Request.ContentLength > LongestBody)
            throw new FaultException(FaultKind.TooLarge, $"cannot read the request: its body is over {LongestBody} bytes");
        using var body = new MemoryStream();
        var buffer = new byte[16 << 10];
        int count;
        while ((count = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0)
        {
            if (body.Length + count > LongestBody)
                throw new FaultException(FaultKind.TooLarge, $"cannot read the request: its body is over {LongestBody} bytes");
            body.Write(buffer, 0, count);
        }
        try
        {
            return JsonSerializer.Deserialize(body.GetBuffer().AsSpan(0, (int)body.Length), type) ?? throw new JsonException("it is null");
        }
        catch (JsonException error)
        {
            throw new FaultException(FaultKind.Invalid, "cannot read the request: its body is not the JSON that is expected", error.Message, error);
        }
    }

    /// <summary>Answers with one value.</summary>
    public static Task Write<T>(HttpContext context, T value, JsonTypeInfo<T> type)
    {
        context.Response.ContentType = "application/json";
        return JsonSerializer.SerializeAsync(context.Response.Body, value, type, context.RequestAborted);
    }

    /// <summary>Answers with a line a value, each sent at once. A caller that hangs up ends it quietly.</summary>
    public static async Task Stream<T>(HttpContext context, IAsyncEnumerable<T> values, JsonTypeInfo<T> type)
    {
        context.Response.ContentType = "application/x-ndjson";
        try
        {
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await foreach (var value in values)
            {
                await context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(value, type), context.RequestAborted);
                await context.Response.Body.WriteAsync(NewLine, context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody listens any more.
        }
    }
}
