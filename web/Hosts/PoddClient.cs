using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Pinacle.Contracts;

namespace Pinacle.Web.Hosts;

/// <summary>One podd: a method per route. What podd refuses comes as <see cref="FaultException"/> with podd's own fault; a podd that cannot be reached as <see cref="FaultKind.HostUnreachable"/>.</summary>
public sealed class PoddClient(string hostName, HttpClient http)
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan WakeWithin = TimeSpan.FromSeconds(100);

    public Task<HostReport> Host(CancellationToken cancellationToken) => Get(PoddRoutes.Host, ContractsJson.Default.HostReport, cancellationToken);

    public Task<PodReport> Pod(Guid pod, CancellationToken cancellationToken) => Get(Route(PoddRoutes.Pod, pod), ContractsJson.Default.PodReport, cancellationToken);

    public Task<IReadOnlyList<PortReport>> Ports(Guid pod, CancellationToken cancellationToken) =>
        Get(Route(PoddRoutes.Ports, pod), ContractsJson.Default.IReadOnlyListPortReport, cancellationToken);

    public Task<IReadOnlyList<ImageReport>> Images(CancellationToken cancellationToken) =>
        Get(PoddRoutes.Images, ContractsJson.Default.IReadOnlyListImageReport, cancellationToken);

    /// <summary>Replaces what no pod of the host may reach.</summary>
    public async Task Deny(DenyList list, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, PoddRoutes.Deny) { Content = JsonContent.Create(list, ContractsJson.Default.DenyList) };
        using var response = await Send(request, AnswerWithin, cancellationToken);
    }

    /// <summary>Every report of the host once, then each change, until the connection breaks.</summary>
    public IAsyncEnumerable<ReportLine> Reports(CancellationToken cancellationToken) =>
        Lines(new HttpRequestMessage(HttpMethod.Get, PoddRoutes.Reports), ContractsJson.Default.ReportLine, cancellationToken);

    /// <summary>Makes or converges a pod.</summary>
    public IAsyncEnumerable<ProgressLine> Put(PodSpec spec, CancellationToken cancellationToken) => Progress(
        new HttpRequestMessage(HttpMethod.Put, PoddRoutes.Pod.Replace("{id}", spec.Id, StringComparison.Ordinal)) { Content = JsonContent.Create(spec, ContractsJson.Default.PodSpec) },
        cancellationToken);

    public IAsyncEnumerable<ProgressLine> Start(Guid pod, CancellationToken cancellationToken) =>
        Progress(new HttpRequestMessage(HttpMethod.Post, Route(PoddRoutes.Start, pod)), cancellationToken);

    public IAsyncEnumerable<ProgressLine> Stop(Guid pod, CancellationToken cancellationToken) =>
        Progress(new HttpRequestMessage(HttpMethod.Post, Route(PoddRoutes.Stop, pod)), cancellationToken);

    public IAsyncEnumerable<ProgressLine> Sleep(Guid pod, CancellationToken cancellationToken) =>
        Progress(new HttpRequestMessage(HttpMethod.Post, Route(PoddRoutes.Sleep, pod)), cancellationToken);

    public IAsyncEnumerable<ProgressLine> Wake(Guid pod, CancellationToken cancellationToken) =>
        Progress(new HttpRequestMessage(HttpMethod.Post, Route(PoddRoutes.Wake, pod)), cancellationToken);

    public IAsyncEnumerable<ProgressLine> KeepAwake(Guid pod, KeepAwakeSpec lease, CancellationToken cancellationToken) => Progress(
        new HttpRequestMessage(HttpMethod.Post, Route(PoddRoutes.KeepAwake, pod)) { Content = JsonContent.Create(lease, ContractsJson.Default.KeepAwakeSpec) },
        cancellationToken);

    public IAsyncEnumerable<ProgressLine> Delete(Guid pod, CancellationToken cancellationToken) =>
        Progress(new HttpRequestMessage(HttpMethod.Delete, Route(PoddRoutes.Pod, pod)), cancellationToken);

    /// <summary>Runs a command; a pod that sleeps wakes for it.</summary>
    public async Task<ExecResult> Exec(Guid pod, ExecSpec spec, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Route(PoddRoutes.Exec, pod)) { Content = JsonContent.Create(spec, ContractsJson.Default.ExecSpec) };
        request.Headers.Add(PoddRoutes.WakeHeader, "yes");
        using var response = await Send(request, WakeWithin + TimeSpan.FromSeconds(spec.Timeout) + AnswerWithin, cancellationToken);
        return await Read(response, ContractsJson.Default.ExecResult, cancellationToken);
    }

    public async Task RestartService(Guid pod, string service, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Route(PoddRoutes.RestartService, pod).Replace("{service}", service, StringComparison.Ordinal));
        using var response = await Send(request, AnswerWithin, cancellationToken);
    }

    /// <summary>A service's log as podd sends it; the caller disposes the answer.</summary>
    public Task<HttpResponseMessage> Logs(Guid pod, string service, string query, CancellationToken cancellationToken) =>
        Send(new HttpRequestMessage(HttpMethod.Get, Route(PoddRoutes.Logs, pod).Replace("{service}", Uri.EscapeDataString(service), StringComparison.Ordinal) + query), AnswerWithin, cancellationToken);

    /// <summary>A file or folder as podd sends it; the caller disposes the answer.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="method">GET, PUT or DELETE.</param>
    /// <param name="path">Absolute in the pod.</param>
    /// <param name="content">What to write; null for GET and DELETE.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<HttpResponseMessage> File(Guid pod, HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        var escaped = string.Join('/', path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.EscapeDataString));
        return Send(new HttpRequestMessage(method, Route(PoddRoutes.Files, pod).Replace("{**path}", escaped, StringComparison.Ordinal)) { Content = content },
            content is null ? AnswerWithin : Timeout.InfiniteTimeSpan, cancellationToken);
    }

    /// <summary>Opens a raw byte tunnel to a port of a pod. podd refuses another epoch.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="epoch">Which making of the pod is meant.</param>
    /// <param name="port">The port in the pod.</param>
    /// <param name="webSocket">True for a connection that is never pooled.</param>
    /// <param name="wake">Whether a pod that sleeps is to be woken: the word of <see cref="PoddRoutes.WakeHeader"/>.</param>
    /// <param name="person">False when it carries nothing but what pages do of their own accord.</param>
    /// <param name="cancellationToken">Ends the opening, not the tunnel.</param>
    public async Task<Stream> OpenTunnel(Guid pod, long epoch, int port, bool webSocket, string wake, bool person, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Route(PoddRoutes.Tunnel, pod).Replace("{port:int}", port.ToString(), StringComparison.Ordinal));
        request.Headers.Connection.Add("Upgrade");
        request.Headers.Upgrade.Add(new ProductHeaderValue(PoddRoutes.TunnelUpgrade));
        request.Headers.Add(PoddRoutes.EpochHeader, epoch.ToString());
        request.Headers.Add(PoddRoutes.UseHeader, webSocket ? "websocket" : "http");
        request.Headers.Add(PoddRoutes.WakeHeader, wake);
        request.Headers.Add(PoddRoutes.PersonHeader, person ? "yes" : "no");
        var response = await Send(request, Timeout.InfiniteTimeSpan, cancellationToken);
        if (response.StatusCode != HttpStatusCode.SwitchingProtocols)
        {
            response.Dispose();
            throw Unreachable($"it answered {(int)response.StatusCode} to a tunnel", null);
        }

        // The stream owns the connection: disposing it closes the tunnel.
        return await response.Content.ReadAsStreamAsync(cancellationToken);
    }

    private static string Route(string route, Guid pod) => route.Replace("{id}", pod.ToString(), StringComparison.Ordinal);

    private async Task<T> Get<T>(string route, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, route);
        using var response = await Send(request, AnswerWithin, cancellationToken);
        return await Read(response, type, cancellationToken);
    }

    /// <summary>Follows a long act. The last line is checked: a fault is thrown, and a stream that ends without one is a broken connection.</summary>
    private async IAsyncEnumerable<ProgressLine> Progress(HttpRequestMessage request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var done = false;
        await foreach (var line in Lines(request, ContractsJson.Default.ProgressLine, cancellationToken))
        {
            if (line.Fault is { } fault && line.Done)
                throw new FaultException(fault);
            done = line.Done;
            yield return line;
        }

        if (!done)
            throw Unreachable("its answer was cut", null);
    }

    private async IAsyncEnumerable<T> Lines<T>(HttpRequestMessage request, JsonTypeInfo<T> type, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var asked = request;
        using var response = await Send(asked, Timeout.InfiniteTimeSpan, cancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        await using var lines = JsonSerializer.DeserializeAsyncEnumerable(body, type, topLevelValues: true, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            T? line;
            try
            {
                if (!await lines.MoveNextAsync())
                    break;
                line = lines.Current;
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or JsonException)
            {
                throw Unreachable("the connection broke", exception);
            }

            if (line is not null)
                yield return line;
        }
    }

    private async Task<HttpResponseMessage> Send(HttpRequestMessage request, TimeSpan within, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(within);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
        }
        catch (HttpRequestException exception)
        {
            throw Unreachable(exception.Message, exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unreachable("it did not answer in time", exception);
        }

        if ((int)response.StatusCode < 400)
            return response;
        using (response)
            throw new FaultException(await Refusal(response, cancellationToken));
    }

    private async Task<T> Read<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        try
        {
            return await response.Content.ReadFromJsonAsync(type, cancellationToken) ?? throw Unreachable("it answered with nothing", null);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or JsonException)
        {
            throw Unreachable("its answer cannot be read", exception);
        }
    }

    private async Task<Fault> Refusal(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            if (await response.Content.ReadFromJsonAsync(ContractsJson.Default.FaultAnswer, cancellationToken) is { Fault: { } fault })
                return fault;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or JsonException)
        {
            return Unreachable($"it answered {(int)response.StatusCode} without a reason", exception).Fault;
        }

        return Unreachable($"it answered {(int)response.StatusCode} without a reason", null).Fault;
    }

    private FaultException Unreachable(string why, Exception? exception) =>
        new(FaultKind.HostUnreachable, $"cannot reach host {hostName}: {why}", innerException: exception);
}
