using System.Collections.Concurrent;
using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Pinacle.Web.Tests.Gateway;

/// <summary>A real HTTP server that plays the app inside a pod: it tells what it saw.</summary>
public sealed class AppInPod : IAsyncLifetime
{
    private WebApplication? app;

    public int Port { get; private set; }

    /// <summary>What <c>/name</c> answers.</summary>
    public string Name { get; init; } = "app";

    /// <summary>Headers of the last request to <c>/headers</c> or a WebSocket.</summary>
    public Dictionary<string, string> Seen { get; private set; } = [];

    /// <summary>Set when a client that hung was seen to go away.</summary>
    public TaskCompletionSource ClientLeft { get; private set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What <c>/answer</c> sets on its answer.</summary>
    public ConcurrentDictionary<string, string[]> Answer { get; } = new(StringComparer.OrdinalIgnoreCase);

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.Listen(IPAddress.Loopback, 0);
            options.Limits.MaxRequestBodySize = null;
        });
        app = builder.Build();
        app.UseWebSockets();
        app.Map("/headers", Headers);
        app.Map("/target/{**rest}", context => context.Response.WriteAsync(context.Features.Get<IHttpRequestFeature>()!.RawTarget));
        app.MapPost("/upload", Upload);
        app.MapMethods("/bytes", ["GET", "HEAD"], context => Bytes(context, long.Parse(context.Request.Query["count"]!)));
        app.MapGet("/name", () => Name);
        app.MapGet("/range", () => Results.File("0123456789"u8.ToArray(), "text/plain", enableRangeProcessing: true));
        app.MapGet("/events", Events);
        app.MapGet("/hang", Hang);
        app.MapGet("/answer", SetAnswer);
        app.MapGet("/break", context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        app.Map("/socket", Socket);
        await app.StartAsync();
        Port = new Uri(app.Urls.First()).Port;
    }

    public async Task DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await app!.StopAsync(now.Token);
        await app.DisposeAsync();
    }

    /// <summary>Forgets what was seen.</summary>
    public void Reset()
    {
        Seen = [];
        Answer.Clear();
        ClientLeft = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private void Note(HttpContext context) => Seen = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);

    private Task Headers(HttpContext context)
    {
        Note(context);
        return context.Response.WriteAsync($"{context.Request.Method} seen");
    }

    private static async Task Upload(HttpContext context)
    {
        var buffer = new byte[64 * 1024];
        long total = 0;
        for (int length; (length = await context.Request.Body.ReadAsync(buffer)) > 0;)
            total += length;
        await context.Response.WriteAsync(total.ToString());
    }

    private static async Task Bytes(HttpContext context, long count)
    {
        context.Response.ContentLength = count;
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        var buffer = new byte[64 * 1024];
        for (; count > 0; count -= buffer.Length)
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, count)));
    }

    private static async Task Events(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        await context.Response.WriteAsync("data: first\n\n");
        await context.Response.Body.FlushAsync();
        await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task Hang(HttpContext context)
    {
        await context.Response.WriteAsync("hanging");
        await context.Response.Body.FlushAsync();
        await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ClientLeft.TrySetResult();
    }

    private Task SetAnswer(HttpContext context)
    {
        foreach (var (name, values) in Answer)
            context.Response.Headers[name] = values;
        return Task.CompletedTask;
    }

    private async Task Socket(HttpContext context)
    {
        Note(context);
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(buffer, context.RequestAborted) is { MessageType: not WebSocketMessageType.Close } got)
                await socket.SendAsync(buffer.AsMemory(0, got.Count), got.MessageType, got.EndOfMessage, context.RequestAborted);
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            ClientLeft.TrySetResult();
        }
    }
}
