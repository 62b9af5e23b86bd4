using Pinacle.Contracts;

namespace Pinacle.Podd.Guests;

/// <summary>How long a guest may be quiet in the middle of an act. Its beats come more often than that (<see cref="GuestProtocol.BeatSeconds"/>); a frozen one has none.</summary>
/// <param name="silence">After this without a byte it is given up.</param>
/// <param name="isFrozen">True while its pod is frozen.</param>
/// <param name="gone">Cancelled when its sandbox has ended: nothing tells the connection, since its network ends with it.</param>
internal sealed class GuestPatience(TimeSpan silence, Func<bool> isFrozen, CancellationToken gone = default)
{
    /// <summary>Reads what comes next.</summary>
    public async ValueTask<int> Read(Stream stream, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (true)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, gone);
            limit.CancelAfter(silence);
            try
            {
                return await stream.ReadAsync(buffer, limit.Token);
            }
            catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
            {
                if (gone.IsCancellationRequested)
                    throw Ended(error);
                if (!isFrozen())
                    throw Silent("it says nothing", error);
            }
            catch (IOException error)
            {
                throw Gone(error);
            }
        }
    }

    /// <summary>Does what must end within that time.</summary>
    public async Task<T> Limit<T>(string otherwise, Func<CancellationToken, Task<T>> act, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, gone);
        limit.CancelAfter(silence);
        try
        {
            return await act(limit.Token);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw gone.IsCancellationRequested ? Ended(error) : Silent(otherwise, error);
        }
        catch (IOException error)
        {
            throw Gone(error);
        }
    }

    private FaultException Silent(string because, Exception error) =>
        new(FaultKind.Timeout, $"cannot wait for the guest: {because} for {silence.TotalSeconds:0} s", innerException: error);

    private static FaultException Ended(Exception error) => new(FaultKind.PodDown, "cannot go on with the guest: its sandbox has ended", innerException: error);

    private static FaultException Gone(IOException error) => new(FaultKind.PodDown, $"cannot go on with the guest: {error.Message}", innerException: error);
}
