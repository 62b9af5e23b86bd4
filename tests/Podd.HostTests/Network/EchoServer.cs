using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Pinacle.Podd.HostTests.Network;

/// <summary>Tells everybody who connects, or sends a packet, which address it sees.</summary>
internal sealed class EchoServer : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly List<Socket> _sockets = [];
    private readonly List<Task> _work = [];

    public EchoServer Tcp(Socket listener)
    {
        _sockets.Add(listener);
        _work.Add(Accept(listener));
        return this;
    }

    public EchoServer Udp(Socket socket)
    {
        _sockets.Add(socket);
        _work.Add(Receive(socket));
        return this;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _sockets.ForEach(s => s.Dispose());
        _end.Dispose();
    }

    private async Task Accept(Socket listener)
    {
        while (true)
        {
            var socket = await listener.AcceptAsync(_end.Token);
            _sockets.Add(socket);
            await socket.SendAsync(Encoding.ASCII.GetBytes(((IPEndPoint)socket.RemoteEndPoint!).Address.ToString()), _end.Token);
        }
    }

    private async Task Receive(Socket socket)
    {
        var buffer = new byte[2048];
        while (true)
        {
            var packet = await socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), _end.Token);
            await socket.SendToAsync(Encoding.ASCII.GetBytes(((IPEndPoint)packet.RemoteEndPoint).Address.ToString()), packet.RemoteEndPoint, _end.Token);
        }
    }
}
