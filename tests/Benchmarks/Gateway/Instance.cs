using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Pinacle.Benchmarks.Measuring;
using Pinacle.Contracts;
using Pinacle.Podd.Commands;

namespace Pinacle.Benchmarks.Gateway;

/// <summary>A whole Pinacle as <c>make run</c> starts it (packaging/dev/bench.sh does), with one pod in it.</summary>
public sealed class Instance : IDisposable
{
    private readonly CpuAccount _account = new("gateway");
    private readonly string _var;
    private readonly string _podd;
    private readonly HttpClient _api;

    /// <summary>Counts the CPU time of its programs from now on.</summary>
    /// <param name="port">Of its web, on loopback.</param>
    /// <param name="var">Its folder.</param>
    /// <param name="token">An API token of an operator.</param>
    /// <param name="podd">podd's program.</param>
    public Instance(int port, string var, string token, string podd)
    {
        (Port, _var, Token, _podd) = (port, var, token, podd);
        _api = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}/api/v1/"), Timeout = TimeSpan.FromMinutes(3) };
        // .NET resolves no *.localhost.
        _api.DefaultRequestHeaders.Host = $"pinacle.localhost:{port.ToString(CultureInfo.InvariantCulture)}";
        _api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        foreach (var program in (string[])["web", "podd"])
            _account.Take(ProcessOf(program));
    }

    public int Port { get; }

    public string Token { get; }

    /// <summary>CPU time of web and podd.</summary>
    public TimeSpan Cpu => _account.Used;

    /// <summary>Makes a pod whose port 8000 is served by a program.</summary>
    /// <returns>Its address on the host.</returns>
    public async Task<string> Make(string pod, string program)
    {
        await Clear(pod);
        using (var made = await _api.PostAsJsonAsync("pods", new { name = pod, tier = "dev.large", sleepAfter = 0 }))
            made.EnsureSuccessStatusCode();
        if ((await _api.GetFromJsonAsync<JsonElement>($"pods/{pod}?wait=running")) is var report && report.GetProperty("status").GetString() != "running")
            throw new InvalidOperationException($"cannot measure: the pod is {report}");
        using var started = await _api.PostAsJsonAsync($"pods/{pod}/exec", new { command = (string[])["sh", "-c", "setsid node -e \"$0\" >/dev/null 2>&1 </dev/null & until curl -sf -o /dev/null http://127.0.0.1:8000/; do sleep 0.1; done", program] });
        started.EnsureSuccessStatusCode();
        return (await OfPodd(report.GetProperty("id").GetString()!)).Address!;
    }

    /// <summary>Resident bytes of one of its programs.</summary>
    public long MemoryOf(string program) => 1024 * long.Parse(
        File.ReadLines($"/proc/{ProcessOf(program).ToString(CultureInfo.InvariantCulture)}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);

    /// <summary>Has web reach its podd by TLS, as one on another machine, or by its socket.</summary>
    public async Task Join(HostCommand command, bool overTls)
    {
        var podd = await Podd();
        using var made = await _api.PostAsync("hosts/join-tokens", null);
        made.EnsureSuccessStatusCode();
        var token = (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
        var address = overTls ? $"https://{podd.GetProperty("Listen").GetString()}" : $"unix:{podd.GetProperty("Socket").GetString()}";
        await command.Run(_podd, ["join", _api.BaseAddress!.GetLeftPart(UriPartial.Authority), "--token", token, "--address", address, "--config", Configuration]);
    }

    /// <summary>Deletes the pod.</summary>
    public async Task Remove(string pod)
    {
        using var deleted = await _api.DeleteAsync($"pods/{pod}");
        deleted.EnsureSuccessStatusCode();
    }

    // What a run that was cut has left.
    private async Task Clear(string pod)
    {
        using (await _api.DeleteAsync($"pods/{pod}"))
        {
            // 404 where there was none.
        }
        while (true)
        {
            using var look = await _api.GetAsync($"pods/{pod}");
            if (look.StatusCode == System.Net.HttpStatusCode.NotFound)
                return;
            await Task.Delay(100);
        }
    }

    public void Dispose()
    {
        _api.Dispose();
        _account.Dispose();
    }

    private async Task<PodReport> OfPodd(string id)
    {
        var socket = (await Podd()).GetProperty("Socket").GetString()!;
        using var podd = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellationToken);
                return new NetworkStream(connection, ownsSocket: true);
            },
        });
        podd.DefaultRequestHeaders.Add(PoddRoutes.ApiKeyHeader, await File.ReadAllTextAsync(Path.Combine(_var, "podd", "api-key")));
        return await podd.GetFromJsonAsync($"http://podd/v1/pods/{id}", ContractsJson.Default.PodReport) ?? throw new InvalidOperationException("cannot measure: podd does not know the pod");
    }

    private string Configuration => Path.Combine(_var, "run", "podd.json");

    private async Task<JsonElement> Podd() => JsonSerializer.Deserialize<JsonElement>(await File.ReadAllTextAsync(Configuration)).GetProperty("Podd");

    private int ProcessOf(string program) => int.Parse(File.ReadAllText(Path.Combine(_var, "run", program + ".pid")), CultureInfo.InvariantCulture);
}
