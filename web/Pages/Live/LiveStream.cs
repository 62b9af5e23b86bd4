using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Antiforgery;
using Pinacle.Web.Database;

namespace Pinacle.Web.Pages.Live;

/// <summary>What the live streams of pages have in common: wait for a change, read what the page shows, send the parts that differ from what it has.</summary>
/// <remarks>One browser page holds one of these for as long as it is looked at, so a round takes its own services and gives them back.</remarks>
internal abstract class LiveStream(RowChanges changes, IAntiforgery antiforgery, TimeProvider time)
{
    /// <summary>Says that there is nothing more to come.</summary>
    protected const string End = "end";

    /// <summary>A word on the line at least so often: a connection that is gone shows itself by a failed write, and access is asked anew.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    /// <summary>Rounds come no faster than this, however much happens.</summary>
    protected virtual TimeSpan Pace => TimeSpan.FromMilliseconds(100);

    protected IResult Open(HttpContext context, Guid? id, Func<HttpContext, CancellationToken, Task<LiveRound>> round)
    {
        // The token's cookie can be set only before the first byte.
        antiforgery.GetAndStoreTokens(context);
        return TypedResults.ServerSentEvents(Messages(context, id, round, context.RequestAborted));
    }

    private async IAsyncEnumerable<SseItem<string>> Messages(HttpContext context, Guid? watched, Func<HttpContext, CancellationToken, Task<LiveRound>> round, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var watch = changes.Watch(watched);
        while (!cancellationToken.IsCancellationRequested)
        {
            var (html, id, ended) = await Round(context, round, cancellationToken);
            yield return html.Length > 0
                ? new SseItem<string>(html) { EventId = id }
                : new SseItem<string>("", "ping");
            if (ended)
            {
                yield return new SseItem<string>("", End);
                yield break;
            }

            await Task.Delay(Pace, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!cancellationToken.IsCancellationRequested)
                await watch.Next(Silence, time, cancellationToken);
        }
    }

    /// <summary>Partials rent memory of the request's services until these end: each round brings its own.</summary>
    private static async Task<LiveRound> Round(HttpContext context, Func<HttpContext, CancellationToken, Task<LiveRound>> round, CancellationToken cancellationToken)
    {
        var ofRequest = context.RequestServices;
        await using var scope = ofRequest.CreateAsyncScope();
        context.RequestServices = scope.ServiceProvider;
        try
        {
            return await round(context, cancellationToken);
        }
        finally
        {
            context.RequestServices = ofRequest;
        }
    }
}
