using System.Net;
using System.Net.Sockets;
using Pinacle.Contracts;
using Pinacle.Guest;
using Xunit;

namespace Pinacle.Podd.Tests.Guests;

/// <summary>The guest's side of a connection, in this process.</summary>
public sealed class ConnectionTests : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task A_caller_that_takes_nothing_is_given_up()
    {
        var (caller, socket) = await Pair();
        using (caller)
        {
            using var connection = new Connection(socket, patience: TimeSpan.FromMilliseconds(300));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connection.Send(GuestFrame.Stdout, new byte[64 << 20], CancellationToken.None)).WaitAsync(TimeSpan.FromSeconds(30));
        }
    }

    [Fact]
    public async Task A_caller_that_takes_a_little_at_a_time_is_not()
    {
        var (caller, socket) = await Pair();
        using (caller)
        {
            using var connection = new Connection(socket, patience: TimeSpan.FromSeconds(1));
            var sending = connection.Send(GuestFrame.Stdout, new byte[8 << 20], CancellationToken.None);
            // Slower than the patience in all, never so between two bytes.
            var (buffer, received) = (new byte[512 << 10], 0);
            while (received < 8 << 20)
            {
                received += await caller.ReceiveAsync(buffer).WaitAsync(TimeSpan.FromSeconds(30));
                await Task.Delay(100);
            }
            await sending;
        }
    }

    [Fact]
    public async Task A_quiet_act_beats()
    {
        var (caller, socket) = await Pair();
        using (caller)
        {
            using var connection = new Connection(socket);
            await using (connection.Beat(TimeSpan.FromMilliseconds(20)))
            {
                var frames = new byte[15];
                await new NetworkStream(caller).ReadExactlyAsync(frames);
                Assert.Equal([10, 0, 0, 0, 0, 10, 0, 0, 0, 0, 10, 0, 0, 0, 0], frames);
            }
        }
    }

    private async Task<(Socket Caller, Socket Guest)> Pair()
    {
        _listener.Start();
        var caller = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await caller.ConnectAsync(_listener.LocalEndpoint);
        return (caller, await _listener.AcceptSocketAsync());
    }
}
