using System.Threading.Channels;

namespace Pinacle.Web.Pods;

/// <summary>One watcher of <see cref="PodChanges"/>. Changes that come while nobody waits are kept as one.</summary>
public sealed class PodWatch(Guid? podId, Action<PodWatch> ended) : IDisposable
{
    private readonly Channel<bool> changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public Guid? PodId { get; } = podId;

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
