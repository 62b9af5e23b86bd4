using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Pinacle.Contracts;
using Pinacle.Podd.HostTests.Pods;
using Xunit;

namespace Pinacle.Podd.HostTests.Guests;

/// <summary>A client of a pod's terminal, through podd.</summary>
internal sealed partial class PodTerminal : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly NetworkStream _stream;
    private readonly StringBuilder _text = new();

    private PodTerminal(NetworkStream stream) => _stream = stream;

    /// <summary>Opens it, 100 by 30, or comes back to it.</summary>
    public static async Task<PodTerminal> Open(PoddProcess podd, string id, string name = "main")
    {
        var stream = new NetworkStream(await podd.Connect(CancellationToken.None), ownsSocket: true);
        var key = await File.ReadAllTextAsync(Path.Combine(podd.Root, "api-key"));
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET /v1/pods/{id}/terminals/{name}?columns=100&rows=30 HTTP/1.1\r\nHost: podd\r\nX-Api-Key: {key}\r\nConnection: Upgrade\r\nUpgrade: {PoddRoutes.TerminalUpgrade}\r\n\r\n"));
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one);
            head.Append((char)one[0]);
        }
        Assert.StartsWith("HTTP/1.1 101", head.ToString(), StringComparison.Ordinal);
        return new PodTerminal(stream);
    }

    /// <summary>Types.</summary>
    public async Task Type(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var head = new byte[5];
        head[0] = (byte)GuestFrame.Stdin;
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(1), bytes.Length);
        await _stream.WriteAsync((byte[])[.. head, .. bytes]);
    }

    /// <summary>Waits until what it has shown since it was opened is so, without what moves the cursor and sets colours.</summary>
    public async Task<string> Until(Func<string, bool> holds)
    {
        using var limit = new CancellationTokenSource(Limit);
        var head = new byte[5];
        try
        {
            while (!holds(Control().Replace(_text.ToString(), "")))
            {
                await _stream.ReadExactlyAsync(head, limit.Token);
                var payload = new byte[BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(1))];
                await _stream.ReadExactlyAsync(payload, limit.Token);
                if (head[0] == (byte)GuestFrame.Stdout)
                    _text.Append(Encoding.UTF8.GetString(payload));
            }
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"the terminal shows only: {_text}");
        }
        return Control().Replace(_text.ToString(), "");
    }

    /// <summary>Waits until it has shown that.</summary>
    public Task<string> Until(string text) => Until(shown => shown.Contains(text, StringComparison.Ordinal));

    // CSI sequences (ECMA-48).
    [GeneratedRegex("\u001b\\[[0-9;?>=]*[a-zA-Z]", RegexOptions.NonBacktracking)]
    private static partial Regex Control();

    public ValueTask DisposeAsync() => _stream.DisposeAsync();
}
