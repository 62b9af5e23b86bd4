using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Pinacle.Contracts;
using Pinacle.Podd.Commands;
using Pinacle.Podd.HostTests.Network;
using Xunit;

namespace Pinacle.Podd.HostTests.Pods;

/// <summary>A pod to be put to sleep: its app counts its requests, and keeps a connection to a server outside, which it dials again by itself.</summary>
internal sealed class SleepingPod(PoddProcess podd) : IAsyncDisposable
{
    /// <summary>The app's service, on port 8000.</summary>
    public static readonly ServiceSpec App = new("app", 8000, $$"""
        node -e '
        let [count, dials, linked] = [0, 0, false];
        require("http").createServer((request, response) => response.end(JSON.stringify({ count: count++, pid: process.pid, dials, linked }))).listen(8000, "0.0.0.0");
        (function dial() {
            dials++;
            const socket = require("net").connect({{World.Port}}, "{{World.Internet}}", () => { linked = true; socket.write("hello"); });
            socket.resume().on("error", () => {}).on("close", () => { linked = false; setTimeout(dial, 1000); });
        })()'
        """, ".");

    private readonly World _world = new(new HostCommand(NullLogger<HostCommand>.Instance));

    /// <summary>The pod's id.</summary>
    public string Id { get; } = Guid.CreateVersion7().ToString();

    /// <summary>Its path in podd's API.</summary>
    public string Path => $"/v1/pods/{Id}";

    /// <summary>What it is made from.</summary>
    public PodSpec Spec => PoddProcess.Spec(Id, "sleeper") with { Services = [App] };

    /// <summary>Makes it, and waits until the app serves and is connected.</summary>
    public async Task Make()
    {
        await _world.Make();
        await Put(Spec);
        await PoddProcess.Eventually(async () => await Ask() is { Linked: true }, "the app does not serve, or does not reach its server");
    }

    /// <summary>Deletes it, of which nothing may be left.</summary>
    public async ValueTask DisposeAsync()
    {
        Assert.True((await podd.Act(HttpMethod.Delete, Path))[^1] is { Done: true, Fault: null });
        Assert.Empty(await podd.Residue(Id));
        await _world.DisposeAsync();
    }

    /// <summary>Changes it.</summary>
    public async Task<PodReport> Put(PodSpec spec)
    {
        var last = (await podd.Act(HttpMethod.Put, Path, spec))[^1];
        Assert.Null(last.Fault);
        return last.Report!;
    }

    /// <summary>Has it sleep or wake, which must end well.</summary>
    public async Task<PodReport> Good(string act)
    {
        var last = (await podd.Act(HttpMethod.Post, Path + act))[^1];
        Assert.True(last is { Done: true, Fault: null }, $"{last.Fault?.Message} {last.Fault?.Detail}");
        return last.Report!;
    }

    /// <summary>What podd says of it.</summary>
    public Task<PodReport> Report() => podd.Get(Path, ContractsJson.Default.PodReport);

    /// <summary>What the app answers; null where it does not.</summary>
    public async Task<State?> Ask() => await podd.Tunnel(Id, 8000) is var answer && answer.StartsWith('{') ? Read(answer) : null;

    /// <summary>An answer of the app.</summary>
    public static State Read(string answer) => JsonSerializer.Deserialize<State>(answer, JsonSerializerOptions.Web) ?? throw new InvalidOperationException(answer);

    /// <summary>The app's memory.</summary>
    internal sealed record State(int Count, int Pid, int Dials, bool Linked);
}
