using System.Buffers.Binary;
using System.Globalization;
using Pinacle.Contracts;
using Pinacle.Podd.Pods;

namespace Pinacle.Podd.Api;

/// <summary>Terminals of pods (<c>Upgrade: pinacle-terminal</c>): the guest's frames, passed on. Only what a person types counts as use.</summary>
public sealed class TerminalApi(Fleet fleet)
{
    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(PoddRoutes.Terminals, context => List(context, null));
        routes.MapPost(PoddRoutes.Terminals, async context => await List(context, await Json.Read(context, ContractsJson.Default.TerminalSpec)));
        routes.MapGet(PoddRoutes.Terminal, Open);
        routes.MapDelete(PoddRoutes.Terminal, context => Pod(context).Reach().CloseTerminal(Name(context), context.RequestAborted));
    }

    private async Task List(HttpContext context, TerminalSpec? spec) =>
        await Json.Write(context, await Pod(context).Reach().Terminals(spec, context.RequestAborted), ContractsJson.Default.IReadOnlyListTerminalReport);

    private async Task Open(HttpContext context)
    {
        var upgrade = Upgrade.Asked(context, PoddRoutes.TerminalUpgrade, "a terminal");
        var pod = Pod(context);
        await using var inside = await pod.Reach().Terminal(Spec(context), context.RequestAborted);
        await using var outside = await Upgrade.Accept(context, upgrade, PoddRoutes.TerminalUpgrade);
        pod.Activity.Note("a terminal");
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, pod.Connections);
        var (typed, printed) = (Typed(outside, inside, pod, end.Token), Upgrade.Copy(inside, outside, pod.Activity.Carried, end.Token));
        await Task.WhenAny(typed, printed);
        await end.CancelAsync();
        await Task.WhenAll(typed, printed);
    }

    // Frame by frame: podd must know what is typed, and passes no frame that the guest would have to refuse.
    private static async Task Typed(Stream outside, Stream inside, Pod pod, CancellationToken cancellationToken)
    {
        var buffer = new byte[5 + GuestProtocol.MaxFrame];
        try
        {
            while (true)
            {
                await outside.ReadExactlyAsync(buffer.AsMemory(0, 5), cancellationToken);
                var (kind, length) = ((GuestFrame)buffer[0], BinaryPrimitives.ReadInt32BigEndian(buffer.AsSpan(1)));
                if (length is < 0 or > GuestProtocol.MaxFrame || kind is not (GuestFrame.Stdin or GuestFrame.Resize or GuestFrame.Signal or GuestFrame.Credit))
                    return;
                await outside.ReadExactlyAsync(buffer.AsMemory(5, length), cancellationToken);
                pod.Activity.Carried(5 + length);
                // Before it is sent: what is under way when the pod is to stand still must be known by then.
                if (kind is GuestFrame.Stdin or GuestFrame.Signal)
                    pod.Activity.Note("a terminal");
                await inside.WriteAsync(buffer.AsMemory(0, 5 + length), cancellationToken);
            }
        }
        catch (Exception error) when (Upgrade.IsHangUp(error))
        {
            // The end of a connection is the end of the terminal's client, however it comes.
        }
    }

    private static TerminalSpec Spec(HttpContext context)
    {
        var query = context.Request.Query;
        return new TerminalSpec
        {
            Name = Name(context),
            User = query["user"] is [{ Length: > 0 } user] ? user : null,
            Directory = query["directory"] is [{ Length: > 0 } directory] ? directory : null,
            Columns = int.TryParse(query["columns"], NumberStyles.None, CultureInfo.InvariantCulture, out var columns) ? columns : 80,
            Rows = int.TryParse(query["rows"], NumberStyles.None, CultureInfo.InvariantCulture, out var rows) ? rows : 24,
        };
    }

    private Pod Pod(HttpContext context) => fleet.Find(PoddApi.Id(context));

    private static string Name(HttpContext context) => (string)context.GetRouteValue("name")!;
}
