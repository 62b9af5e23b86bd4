using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Pinacle.Web.Database;
using Pinacle.Web.Pods;

namespace Pinacle.Web.Api;

/// <summary>What happened to a pod: a list, or a stream by <c>Accept: text/event-stream</c> that goes on after <c>Last-Event-ID</c>.</summary>
internal static class PodEventsApi
{
    private const int PageSize = 500;
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(20);

    public static void Map(RouteGroupBuilder api) => api.MapGet("/pods/{pod}/events", Get).WithTags("Events").Produces<ItemList<EventView>>();

    private static async Task<IResult> Get(HttpContext context, string pod, PodApiContext api, PodEvents events, IServiceScopeFactory scopes, PodChanges changes, TimeProvider time, long after = 0)
    {
        var found = await api.Usable(context, pod);
        if (context.Request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.OrdinalIgnoreCase))
        {
            var last = long.TryParse(context.Request.Headers["Last-Event-ID"], out var id) ? id : after;
            return TypedResults.ServerSentEvents(Stream(found.Id, last, scopes, changes, time, context.RequestAborted));
        }

        var lines = await events.After(found.Id, after, PageSize + 1, context.RequestAborted);
        return TypedResults.Ok(new ItemList<EventView>([.. lines.Take(PageSize).Select(EventView.Of)], lines.Count > PageSize ? lines[PageSize - 1].Id.ToString() : null));
    }

    private static async IAsyncEnumerable<SseItem<EventView>> Stream(Guid podId, long after, IServiceScopeFactory scopes, PodChanges changes, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var watch = changes.Watch(podId);
        while (!cancellationToken.IsCancellationRequested)
        {
            foreach (var line in await Read(podId, after, scopes, cancellationToken))
            {
                after = line.Id;
                yield return new SseItem<EventView>(EventView.Of(line), Words.Of(line.Kind)) { EventId = line.Id.ToString() };
            }

            await watch.Next(KeepAlive, time, cancellationToken);
        }
    }

    // A scope for each read: a stream that lasts hours holds no connection.
    private static async Task<List<PodEvent>> Read(Guid podId, long after, IServiceScopeFactory scopes, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<PodEvents>().After(podId, after, PageSize, cancellationToken);
    }

    /// <summary>One event.</summary>
    internal sealed record EventView(DateTimeOffset At, PodEventKind Kind, string Message, PodEventData Data)
    {
        public static EventView Of(PodEvent line) => new(line.At, line.Kind, line.Message, line.Data ?? new PodEventData());
    }
}
