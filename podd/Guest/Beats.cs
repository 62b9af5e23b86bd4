using System.Net.Sockets;
using Pinacle.Contracts;

namespace Pinacle.Guest;

/// <summary>The beats of one connection, while an act may be quiet.</summary>
internal sealed class Beats : IAsyncDisposable
{
    private readonly PeriodicTimer _timer;
    private readonly Task _beating;

    public Beats(Connection connection, TimeSpan every)
    {
        _timer = new PeriodicTimer(every);
        _beating = Run(connection);
    }

    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _beating;
    }

    private async Task Run(Connection connection)
    {
        try
        {
            while (await _timer.WaitForNextTickAsync())
                await connection.Send(GuestFrame.Beat, default, CancellationToken.None);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The caller is gone, which the act notices by itself.
        }
    }
}
