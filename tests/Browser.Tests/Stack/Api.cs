using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Pinacle.Browser.Tests.Stack;

/// <summary>A program that uses <c>/api/v1</c>, and the gateway with an API token, as a stranger's script would.</summary>
public sealed class Api : IDisposable
{
    private readonly HttpClient _client;
    private readonly string? _token;

    public Api(string? token)
    {
        _token = token;
        // .NET does not resolve *.localhost: the address is loopback, the name stands in Host.
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false })
        {
            BaseAddress = new Uri($"http://127.0.0.1:{PinacleStack.Port}"),
            Timeout = TimeSpan.FromMinutes(6),
        };
        _client.DefaultRequestHeaders.Host = $"{PinacleStack.Domain}:{PinacleStack.Port}";
        if (token is not null)
            _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public async Task<bool> Healthy()
    {
        using var response = await _client.GetAsync(new Uri("/health", UriKind.Relative));
        return response.IsSuccessStatusCode;
    }

    public async Task<JsonObject> Get(string path) => (await Json(await _client.GetAsync(Path(path)))).AsObject();

    public async Task<JsonObject> Post(string path, object? body = null) => (await Json(await _client.PostAsync(Path(path), JsonContent.Create(body ?? new { })))).AsObject();

    /// <summary>The status and problem of a request that should be refused.</summary>
    public async Task<(HttpStatusCode Status, JsonObject Problem)> Refused(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, Path(path)) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await _client.SendAsync(request);
        Assert.False(response.IsSuccessStatusCode, $"{method} {path} was not refused");
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, text.Length > 0 && text[0] == '{' ? JsonNode.Parse(text)!.AsObject() : []);
    }

    /// <summary>Makes a pod and waits until it is stable.</summary>
    public async Task<JsonObject> Create(object body, string name, int timeout = 300)
    {
        await Post("pods", body);
        return await WaitFor(name, "running", timeout);
    }

    public Task<JsonObject> WaitFor(string name, string state, int timeout = 120) =>
        Get($"pods/{name}?wait={state}&timeout={timeout.ToString(CultureInfo.InvariantCulture)}");

    /// <summary>Runs a shell line in a pod.</summary>
    public async Task<(int ExitCode, string Stdout, string Stderr)> Exec(string pod, string line, int timeout = 120, string? user = null)
    {
        var result = await Post($"pods/{pod}/exec", new { command = new[] { "bash", "-c", line }, timeout, user });
        return ((int)result["exitCode"]!, (string)result["stdout"]!, (string)result["stderr"]!);
    }

    /// <summary>Deletes a pod and waits until the API no longer knows it.</summary>
    public async Task Delete(string pod)
    {
        using var response = await _client.DeleteAsync(Path($"pods/{pod}"));
        Assert.True(response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.NotFound, $"delete answered {response.StatusCode}");
        await Eventually.Holds($"{pod} is gone", TimeSpan.FromSeconds(60), async () => (await _client.GetAsync(Path($"pods/{pod}"))).StatusCode == HttpStatusCode.NotFound);
    }

    /// <summary>A request to a service of a pod, with the token as programs send it.</summary>
    public async Task<(HttpStatusCode Status, string Body)> Visit(string label, string path = "/", bool signedIn = true)
    {
        using var request = ToService(HttpMethod.Get, label, path, signedIn);
        using var response = await _client.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>The same for an answer that is read by and by.</summary>
    public async Task<HttpResponseMessage> Open(string label, string path)
    {
        using var request = ToService(HttpMethod.Get, label, path);
        return (await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead)).EnsureSuccessStatusCode();
    }

    /// <summary>Sends a body to a service of a pod.</summary>
    /// <returns>What it answers.</returns>
    public async Task<string> Send(string label, string path, HttpContent body)
    {
        using var request = ToService(HttpMethod.Put, label, path);
        request.Content = body;
        using var response = await _client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{path} of {label}: {(int)response.StatusCode} {text}");
        return text;
    }

    public void Dispose() => _client.Dispose();

    private HttpRequestMessage ToService(HttpMethod method, string label, string path, bool signedIn = true)
    {
        var request = new HttpRequestMessage(method, Path("/" + path.TrimStart('/'), api: false));
        request.Headers.Host = $"{label}.{PinacleStack.Domain}:{PinacleStack.Port}";
        if (signedIn)
            request.Headers.Add("Pinacle-Authorization", "Bearer " + _token);
        return request;
    }

    private static Uri Path(string path, bool api = true) => new(api ? $"/api/v1/{path}" : path, UriKind.Relative);

    private static async Task<JsonNode> Json(HttpResponseMessage response)
    {
        using (response)
        {
            var text = await response.Content.ReadAsStringAsync();
            Assert.True(response.IsSuccessStatusCode, $"{response.RequestMessage!.Method} {response.RequestMessage.RequestUri}: {(int)response.StatusCode} {text}");
            return text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!;
        }
    }
}
