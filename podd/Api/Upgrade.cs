using System.Buffers;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Pinacle.Contracts;

namespace Pinacle.Podd.Api;

/// <summary>Connections that leave HTTP behind (RFC 9110 §7.8): tunnels and terminals.</summary>
internal static class Upgrade
{
    private const int Piece = 32 << 10;

    /// <summary>Refuses a request that does not ask for the protocol.</summary>
    /// <param name="context">The request.</param>
    /// <param name="protocol">The protocol's name.</param>
    /// <param name="what">What is opened, with its article: "a tunnel".</param>
    public static IHttpUpgradeFeature Asked(HttpContext context, string protocol, string what) =>
        context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } upgrade && context.Request.Headers.Upgrade == protocol
            ? upgrade
            : throw new FaultException(FaultKind.Invalid, $"cannot open {what} without Upgrade: {protocol}");

    /// <summary>Answers 101 and gives the raw stream.</summary>
    public static Task<Stream> Accept(HttpContext context, IHttpUpgradeFeature upgrade, string protocol)
    {
        context.Response.Headers.Upgrade = protocol;
        context.Response.Headers.Connection = "Upgrade";
        return upgrade.UpgradeAsync();
    }

    /// <summary>Copies until one side ends, and tells of each piece before it goes over.</summary>
    /// <returns>True when the source ended in order.</returns>
    public static async Task<bool> Copy(Stream from, Stream to, Action<int> used, CancellationToken cancellationToken)
    {
        try
        {
            while (await CopyPiece(from, to, used, cancellationToken))
            {
                // The next one.
            }
            return true;
        }
        catch (Exception error) when (IsHangUp(error))
        {
            // One side hung up in the middle: the other is closed, which is all that can be said to it.
            return false;
        }
    }

    // Most connections are open and silent: they hold no buffer until something comes.
    private static async ValueTask<bool> CopyPiece(Stream from, Stream to, Action<int> used, CancellationToken cancellationToken)
    {
        _ = await from.ReadAsync(Memory<byte>.Empty, cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(Piece);
        try
        {
            var count = await from.ReadAsync(buffer, cancellationToken);
            if (count == 0)
                return false;
            // Before the other side can react to it.
            used(count);
            await to.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>True for the ways in which a stream says that its other side is gone, or that the caller has had enough.</summary>
    public static bool IsHangUp(Exception error) =>
        error is IOException or OperationCanceledException or ObjectDisposedException or ConnectionAbortedException;
}
