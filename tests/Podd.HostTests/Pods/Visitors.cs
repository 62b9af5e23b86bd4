using System.Globalization;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Xunit;

namespace Pinacle.Podd.HostTests.Pods;

/// <summary>Many clients of one server of a pod, each with a connection that it keeps: half of them for requests, some by WebSocket.</summary>
/// <param name="host">The pod's address.</param>
/// <param name="port">The server's.</param>
internal sealed class Visitors(string host, int port) : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly List<Socket> _keptAlive = [];
    private readonly List<ClientWebSocket> _webSockets = [];

    /// <summary>Connects them and has each answered once.</summary>
    public async Task Come(int keptAlive, int webSockets)
    {
        using var limit = new CancellationTokenSource(Limit);
        for (var n = 0; n < keptAlive; n++)
            await Request(limit.Token);
        for (var n = 0; n < webSockets; n++)
            await Echo(n, limit.Token);
    }

    /// <summary>Until every one of them has seen its connection end.</summary>
    public async Task AreSentAway()
    {
        using var limit = new CancellationTokenSource(Limit);
        var buffer = new byte[1024];
        foreach (var socket in _keptAlive)
            Assert.True(await Ends(async () => await socket.ReceiveAsync(buffer, limit.Token) == 0), "a connection that was kept alive lives on");
        foreach (var webSocket in _webSockets)
            Assert.True(await Ends(async () => (await webSocket.ReceiveAsync(buffer, limit.Token)).MessageType == WebSocketMessageType.Close), "a WebSocket lives on");
        Dispose();
    }

    public void Dispose()
    {
        _keptAlive.ForEach(socket => socket.Dispose());
        _webSockets.ForEach(webSocket => webSocket.Dispose());
        _keptAlive.Clear();
        _webSockets.Clear();
    }

    private async Task Request(CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        _keptAlive.Add(socket);
        await socket.ConnectAsync(host, port, cancellationToken);
        await socket.SendAsync(Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n"), cancellationToken);
        var (buffer, answer) = (new byte[4096], "");
        while (!answer.Contains("answered by", StringComparison.Ordinal))
        {
            var count = await socket.ReceiveAsync(buffer, cancellationToken);
            Assert.True(count > 0, $"a request was not answered: {answer}");
            answer += Encoding.ASCII.GetString(buffer, 0, count);
        }
    }

    private async Task Echo(int number, CancellationToken cancellationToken)
    {
        var webSocket = new ClientWebSocket();
        _webSockets.Add(webSocket);
        webSocket.Options.KeepAliveInterval = TimeSpan.Zero;
        await webSocket.ConnectAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"ws://{host}:{port}/")), cancellationToken);
        var (text, buffer) = (string.Create(CultureInfo.InvariantCulture, $"message {number}"), new byte[128]);
        await webSocket.SendAsync(Encoding.ASCII.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
        var answer = await webSocket.ReceiveAsync(buffer, cancellationToken);
        Assert.Equal(text, Encoding.ASCII.GetString(buffer, 0, answer.Count));
    }

    // A reset is an end like any other; that nothing comes within the limit is none.
    private static async Task<bool> Ends(Func<Task<bool>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception error) when (error is SocketException or WebSocketException)
        {
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
