using System.Globalization;
using System.Net.Sockets;
using CliWrap;
using Pinacle.Benchmarks.Measuring;

namespace Pinacle.Benchmarks.Gateway;

/// <summary>Another reverse proxy with one fixed route to the same app, its CPU time counted.</summary>
public sealed class Peer : IAsyncDisposable
{
    private readonly CpuAccount _account;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _run;

    private Peer(string name, int port, string[] command)
    {
        _account = new CpuAccount(name);
        Target = new Uri($"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}/");
        var (program, arguments) = _account.Counted(command);
        _run = Cli.Wrap(program).WithArguments(arguments).WithValidation(CommandResultValidation.None).ExecuteAsync(CancellationToken.None, _end.Token);
    }

    /// <summary>Where it listens.</summary>
    public Uri Target { get; }

    /// <summary>CPU time of it and its workers.</summary>
    public TimeSpan Cpu => _account.Used;

    /// <summary>Stock YARP.</summary>
    public static Task<Peer> Yarp(string program, int port, string app) => Start("yarp", port, ["dotnet", program, $"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}", $"http://{app}/"]);

    /// <summary>nginx: two workers, kept connections upstream.</summary>
    public static async Task<Peer> Nginx(string folder, int port, string app)
    {
        var file = Path.Combine(folder, "nginx.conf");
        await File.WriteAllTextAsync(file, $$"""
            user root; worker_processes 2; daemon off; pid {{folder}}/nginx.pid; error_log {{folder}}/nginx.log;
            events { worker_connections 8192; }
            http {
              access_log off; client_body_temp_path {{folder}}/body; proxy_temp_path {{folder}}/proxy; fastcgi_temp_path {{folder}}/f; uwsgi_temp_path {{folder}}/u; scgi_temp_path {{folder}}/s;
              upstream app { server {{app}}; keepalive 64; }
              server { listen 127.0.0.1:{{port.ToString(CultureInfo.InvariantCulture)}}; keepalive_requests 1000000000; location / { proxy_pass http://app; proxy_http_version 1.1; proxy_set_header Connection ""; } }
            }
            """);
        return await Start("nginx", port, ["nginx", "-c", file]);
    }

    /// <summary>HAProxy: two threads.</summary>
    public static async Task<Peer> HAProxy(string folder, int port, string app)
    {
        var file = Path.Combine(folder, "haproxy.cfg");
        await File.WriteAllTextAsync(file, $"""
            global
              nbthread 2
              maxconn 8192
            defaults
              mode http
              timeout connect 5s
              timeout client 60s
              timeout server 60s
              option http-keep-alive
              http-reuse always
            frontend all
              bind 127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}
              default_backend app
            backend app
              server app {app}

            """);
        return await Start("haproxy", port, ["haproxy", "-db", "-f", file]);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        try
        {
            await _run;
        }
        catch (OperationCanceledException)
        {
            // As asked.
        }
        _end.Dispose();
        _account.Dispose();
    }

    private static async Task<Peer> Start(string name, int port, string[] command)
    {
        var peer = new Peer(name, port, command);
        while (true)
        {
            if (peer._run.IsCompleted)
                throw new InvalidOperationException($"cannot measure {name}: it ended at once");
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync("127.0.0.1", port);
                return peer;
            }
            catch (SocketException)
            {
                await Task.Delay(50);
            }
        }
    }
}
