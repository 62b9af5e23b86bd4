using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Pinacle.Podd.Linux;

namespace Pinacle.Podd.Network.Dns;

/// <summary>Names for pods: listens at the resolver's address on the bridge, UDP and TCP. It waits for the bridge, and follows it when it is made anew.</summary>
public sealed partial class DnsForwarder(Bridge bridge, DnsExchange exchange, IOptions<NetworkOptions> options, TimeProvider time, ILogger<DnsForwarder> logger) : BackgroundService
{
    private const int Port = 53;
    private const int Backlog = 64;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        string? trouble = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (bridge.Index is { } index)
                {
                    await Serve(index, stoppingToken);
                    trouble = null;
                }
            }
            catch (SocketException error)
            {
                // Said once, not twice a second: no address yet, or another program has the port.
                if (!string.Equals(trouble, error.Message, StringComparison.Ordinal))
                    Log.CannotListen(logger, error, options.Value.Resolver, bridge.Name);
                trouble = error.Message;
            }

            await Task.Delay(Look, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // Until the bridge is another one, a socket breaks, or podd stops.
    private async Task Serve(int bridgeIndex, CancellationToken stoppingToken)
    {
        using var udp = Open(SocketType.Dgram, ProtocolType.Udp);
        using var tcp = Open(SocketType.Stream, ProtocolType.Tcp);
        tcp.Listen(Backlog);
        Log.Listening(logger, options.Value.Resolver, bridge.Name);

        using var end = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        Task[] work =
        [
            new DnsUdp(udp, exchange, logger).Serve(end.Token),
            new DnsTcp(tcp, exchange, logger).Serve(end.Token),
            Watch(bridgeIndex, end.Token),
        ];
        var first = await Task.WhenAny(work);
        await end.CancelAsync();
        await Task.WhenAll(work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!stoppingToken.IsCancellationRequested)
            await first;
    }

    private async Task Watch(int index, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Look, time);
        while (bridge.Index == index)
            await timer.WaitForNextTickAsync(cancellationToken);
    }

    private Socket Open(SocketType type, ProtocolType protocol)
    {
        var socket = new Socket(AddressFamily.InterNetwork, type, protocol);
        try
        {
            socket.BindToDevice(bridge.Name);
            socket.Bind(new IPEndPoint(IPAddress.Parse(options.Value.Resolver), Port));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "DNS for pods listens at {Resolver} on {Bridge}")]
        public static partial void Listening(ILogger logger, string resolver, string bridge);

        [LoggerMessage(Level = LogLevel.Warning, Message = "cannot listen for DNS at {Resolver} on {Bridge}; trying on")]
        public static partial void CannotListen(ILogger logger, Exception error, string resolver, string bridge);
    }
}
