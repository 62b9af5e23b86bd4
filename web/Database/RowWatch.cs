using System.Threading.Channels;

namespace Pinacle.Web.Database;

/// <summary>One watcher of <see cref="RowChanges"/>. Changes that come while nobody waits are kept as one.</summary>
public sealed class RowWatch(Guid? id, Action<RowWatch> ended) : IDisposable
{
    private readonly Channel<bool> changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>The row that is watched; null for all of them.</summary>
    public Guid? Id { get; } = id;

    /// <summary>Waits for the next change. True when there was one, false when <paramref name="timeout"/> passed first.</summary>
    public async Task<bool> Next(TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            await changes.Reader.ReadAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    public void Dispose() => ended(this);

    internal void Tell() => changes.Writer.TryWrite(true);
}
