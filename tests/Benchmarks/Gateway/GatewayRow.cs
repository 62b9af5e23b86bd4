using System.Globalization;
using System.Net.WebSockets;
using Pinacle.Benchmarks.Measuring;
using Pinacle.Podd.Commands;

namespace Pinacle.Benchmarks.Gateway;

/// <summary>A request's way through the gateway (routing, access check, header hygiene, podd's tunnel) against proxies with one fixed route to the same app.</summary>
public static class GatewayRow
{
    private const int Busy = 32;
    private const int BusySeconds = 4;
    private const int CalmSeconds = 2;

    // The runtime compiles the way of a request anew while it is busy, for as long as this.
    private const int WarmSeconds = 15;
    private const int Sockets = 5000;
    private const int FirstPort = 18491;

    // 1 KB to whoever asks, and a WebSocket that says nothing.
    private const string App = """
        const http = require('http'), crypto = require('crypto'), body = Buffer.alloc(1024, 'x');
        const server = http.createServer((request, response) => response.end(body));
        server.keepAliveTimeout = 120000;
        server.on('upgrade', (request, socket) => {
          socket.on('error', () => {});
          socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ' +
            crypto.createHash('sha1').update(request.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest('base64') + '\r\n\r\n');
        });
        server.listen(8000, '0.0.0.0');
        """;

    /// <summary>Measures it.</summary>
    /// <param name="instance">The whole product.</param>
    /// <param name="command">Runs wrk.</param>
    /// <param name="yarp">YARP's program.</param>
    /// <param name="user">Whose token it is.</param>
    /// <param name="rounds">How many.</param>
    public static async Task<IReadOnlyList<Figure>> Run(Instance instance, HostCommand command, string yarp, string user, int rounds)
    {
        string[] ours = [$"Host: 8000-bench-{user}.pinacle.localhost:{instance.Port.ToString(CultureInfo.InvariantCulture)}", $"Pinacle-Authorization: Bearer {instance.Token}"];
        return [.. await BySocket(instance, command, yarp, ours, rounds), await OverTls(instance, command, yarp, ours, rounds)];
    }

    private static async Task<IReadOnlyList<Figure>> BySocket(Instance instance, HostCommand command, string yarp, string[] ours, int rounds)
    {
        var folder = Directory.CreateTempSubdirectory("pinacle-bench-").FullName;
        var app = $"{await instance.Make("bench", App)}:8000";
        await using var yarpPeer = await Peer.Yarp(yarp, FirstPort, app);
        await using var nginx = await Peer.Nginx(folder, FirstPort + 1, app);
        await using var haproxy = await Peer.HAProxy(folder, FirstPort + 2, app);
        var race = await Contest(command, rounds, instance, ours, app, [("yarp", yarpPeer), ("nginx", nginx), ("haproxy", haproxy)]);
        var sockets = await IdleSockets(instance, ours);
        await instance.Remove("bench");
        Directory.Delete(folder, recursive: true);
        return [Cpu(race, "yarp", 1.6, "socket"), Cpu(race, "nginx", null, "socket"), Cpu(race, "haproxy", null, "socket"), Rate(race, "yarp"), Rate(race, "nginx"), Added(race, "p50"), Added(race, "p99"), sockets];
    }

    // As between two machines.
    private static async Task<Figure> OverTls(Instance instance, HostCommand command, string yarp, string[] ours, int rounds)
    {
        await instance.Join(command, overTls: true);
        try
        {
            // A pod of its own: no connection of the other contest leads to it.
            var app = $"{await instance.Make("bench", App)}:8000";
            await using var yarpPeer = await Peer.Yarp(yarp, FirstPort, app);
            var race = await Contest(command, rounds, instance, ours, app, [("yarp", yarpPeer)]);
            await instance.Remove("bench");
            return Cpu(race, "yarp", 2, "TLS port");
        }
        finally
        {
            await instance.Join(command, overTls: false);
        }
    }

    private static async Task<Race> Contest(HostCommand command, int rounds, Instance instance, string[] ours, string app, IReadOnlyList<(string Name, Peer Peer)> peers)
    {
        var contenders = new List<(string Name, Uri Target, string[] Headers, Func<TimeSpan> Cpu)>
        {
            ("gateway", new Uri($"http://127.0.0.1:{instance.Port.ToString(CultureInfo.InvariantCulture)}/"), ours, () => instance.Cpu),
            ("direct", new Uri($"http://{app}/"), [], () => TimeSpan.Zero),
        };
        contenders.AddRange(peers.Select(one => (one.Name, one.Peer.Target, Array.Empty<string>(), (Func<TimeSpan>)(() => one.Peer.Cpu))));
        foreach (var (_, target, headers, _) in contenders)
            await Wrk.Run(command, target, Busy, WarmSeconds, headers);
        var race = new Race(rounds);
        foreach (var (name, target, headers, cpu) in contenders)
        {
            race.Add(name, async record =>
            {
                var before = cpu();
                var busy = await Wrk.Run(command, target, Busy, BusySeconds, headers);
                record("busy", new Sample(1 / busy.PerSecond, (cpu() - before).TotalSeconds / busy.Requests));
                var calm = await Wrk.Run(command, target, 1, CalmSeconds, headers);
                record("p50", new Sample(calm.Median, 0));
                record("p99", new Sample(calm.Slowest, 0));
            });
        }
        await race.Run();
        return race;
    }

    private static Figure Cpu(Race race, string peer, double? goal, string way)
    {
        var ratio = race.Ratio("busy", "gateway", peer, sample => sample.Cpu);
        return new Figure("gateway", $"CPU per request, web and podd by its {way} / {peer} with one fixed route", ratio.Median, "×", goal, ratio.Low, ratio.High, $"{race.Cpu("gateway", "busy").Median * 1e6:0} µs against {race.Cpu(peer, "busy").Median * 1e6:0} µs; 1 KB, {Busy} kept connections, the visitor known by an API token");
    }

    private static Figure Rate(Race race, string peer)
    {
        var ratio = race.Ratio("busy", "gateway", peer, sample => sample.Wall);
        return new Figure("gateway", $"time per request, {Busy} connections, gateway / {peer}", ratio.Median, "×", null, ratio.Low, ratio.High, $"{1 / race.Wall("gateway", "busy").Median:0} requests a second against {1 / race.Wall(peer, "busy").Median:0}; {1 / race.Wall("direct", "busy").Median:0} without a proxy. Load, proxy and app share the machine's cores");
    }

    private static Figure Added(Race race, string part) => new("gateway", $"{part} that is added to an answer, one connection", (race.Wall("gateway", part).Median - race.Wall("direct", part).Median) * 1000, "ms",
        Note: string.Join(", ", ((string[])["yarp", "nginx", "haproxy"]).Select(peer => string.Create(CultureInfo.InvariantCulture, $"{peer} adds {(race.Wall(peer, part).Median - race.Wall("direct", part).Median) * 1000:0.00} ms"))));

    private static async Task<Figure> IdleSockets(Instance instance, string[] headers)
    {
        var (web, podd) = (instance.MemoryOf("web"), instance.MemoryOf("podd"));
        var open = new List<ClientWebSocket>();
        using var handler = new SocketsHttpHandler();
        using var invoker = new HttpMessageInvoker(handler);
        for (var socket = 0; socket < Sockets; socket++)
        {
            var one = new ClientWebSocket();
            one.Options.SetRequestHeader("Host", headers[0]["Host: ".Length..]);
            one.Options.SetRequestHeader("Pinacle-Authorization", headers[1]["Pinacle-Authorization: ".Length..]);
            one.Options.KeepAliveInterval = TimeSpan.Zero;
            await one.ConnectAsync(new Uri($"ws://127.0.0.1:{instance.Port.ToString(CultureInfo.InvariantCulture)}/"), invoker, CancellationToken.None);
            open.Add(one);
        }
        var (webThen, poddThen) = (instance.MemoryOf("web"), instance.MemoryOf("podd"));
        foreach (var one in open)
            one.Dispose();
        return new Figure("gateway", $"memory of web and podd for {Sockets} idle WebSockets", (webThen - web + poddThen - podd) / (double)(1 << 20), "MiB", Note: $"web {(webThen - web) / Sockets / 1024.0:0.0} KiB a socket, podd {(poddThen - podd) / Sockets / 1024.0:0.0} KiB");
    }
}
