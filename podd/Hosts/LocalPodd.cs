using System.Net.Sockets;
using Pinacle.Contracts;

namespace Pinacle.Podd.Hosts;

/// <summary>Asks the podd that runs on this machine, over its socket.</summary>
public sealed class LocalPodd(PoddOptions options)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>Its pods; null when it does not run.</summary>
    public async Task<IReadOnlyList<PodReport>?> Pods(CancellationToken cancellationToken)
    {
        var key = Path.Combine(options.Root, "api-key");
        if (options.Socket.Length == 0 || !File.Exists(options.Socket) || !File.Exists(key))
            return null;
        using var handler = new SocketsHttpHandler { ConnectCallback = async (_, token) => await Connect(token), UseProxy = false };
        using var client = new HttpClient(handler) { BaseAddress = new Uri("http://podd"), Timeout = Limit };
        client.DefaultRequestHeaders.Add(PoddRoutes.ApiKeyHeader, (await File.ReadAllTextAsync(key, cancellationToken)).Trim());
        try
        {
            return await client.GetFromJsonAsync(PoddRoutes.Pods, ContractsJson.Default.IReadOnlyListPodReport, cancellationToken);
        }
        catch (HttpRequestException error) when (error.InnerException is SocketException)
        {
            return null; // The socket's file outlives a podd that was killed.
        }
    }

    private async Task<Stream> Connect(CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(options.Socket), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }
}
