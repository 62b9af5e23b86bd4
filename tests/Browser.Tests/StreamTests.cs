using System.Globalization;
using Microsoft.Playwright;
using Pinacle.Browser.Tests.Stack;
using Pinacle.Podd.HostTests;
using Xunit.Abstractions;

namespace Pinacle.Browser.Tests;

/// <summary>Connections of a page to its pod that stay open: they bear silence, in which the pod stands still, and a flood.</summary>
[Collection(StackCollection.Name)]
public sealed class StreamTests(PinacleStack stack, ITestOutputHelper output) : IAsyncLifetime
{
    private const string Pod = "streams";
    private static readonly int Messages = Proof.Rounds(1_000, 10_000);

    // Opens both, and remembers what comes.
    private const string Open = """
        () => new Promise((resolve, reject) => {
            window.heard = [];
            window.broken = 0;
            window.events = new EventSource("/events");
            events.onmessage = event => { heard.push("event " + event.data); if (heard.length === 2) resolve(); };
            events.onerror = () => broken++;
            window.socket = new WebSocket(location.origin.replace("http", "ws") + "/socket");
            socket.onopen = () => socket.send("begin");
            socket.onmessage = message => { heard.push("message " + message.data); if (heard.length === 2) resolve(); };
            socket.onclose = () => broken++;
            setTimeout(() => reject(new Error("heard only: " + heard)), 30000);
        })
        """;

    private const string SpeakAgain = """
        () => new Promise((resolve, reject) => {
            heard.length = 0;
            setTimeout(() => reject(new Error("heard only: " + heard + ", broken: " + broken)), 30000);
            const look = () => heard.length === 2 ? resolve(heard.sort().join()) : setTimeout(look, 20);
            socket.send("alive");
            fetch("/say?text=alive").then(look, reject);
        })
        """;

    // A hundred of them are under way at any time.
    private const string Flood = """
        count => new Promise((resolve, reject) => {
            const flood = new WebSocket(location.origin.replace("http", "ws") + "/socket");
            let sent = 0, received = 0;
            const text = n => n + ":" + "x".repeat(n % 500);
            const send = () => { while (sent < count && sent - received < 100) flood.send(text(sent++)); };
            flood.onopen = send;
            flood.onmessage = message => {
                if (message.data !== text(received)) return reject(new Error("message " + received + " came back as " + message.data));
                received++;
                if (received === count) { flood.close(); resolve(received); } else send();
            };
            flood.onclose = () => received === count || reject(new Error("closed after " + received));
        })
        """;

    private Api _api = null!;

    public async Task InitializeAsync()
    {
        _api = await PinacleStack.ApiOf("alice");
        await _api.Delete(Pod); // of a run that was cut
        var repository = await stack.Git.Publish(Pod, ("app.js", await Repository.App("streams.js")), ("pinacle.yaml", "version: 1\nservices:\n  web:\n    run: node app.js\n    port: 8000\n"));
        await _api.Create(new { name = Pod, repo = repository, tier = "dev.small" }, Pod);
        await Eventually.Holds("the service answers", TimeSpan.FromSeconds(60), async () => (await _api.Visit($"web-{Pod}-alice")).Body.Contains("Streams", StringComparison.Ordinal));
    }

    public async Task DisposeAsync()
    {
        await _api.Delete(Pod);
        _api.Dispose();
    }

    [Fact]
    [Trait("Category", "Proof")]
    public async Task A_page_s_event_stream_and_web_socket_bear_silence_and_its_messages_come_back_in_order()
    {
        // Longer than it takes for the pod to stand still.
        var silence = Proof.Rounds(75, 600);
        await using var site = await TlsSite.Open(stack);
        await using var plain = await Visitor.Enter(stack.Browser, PinacleStack.Site);
        await using var secure = await Visitor.Enter(site.Browser, TlsSite.Site);
        var pages = new[]
        {
            await Page(plain, $"http://web-{Pod}-alice.{PinacleStack.Domain}:{PinacleStack.Port.ToString(CultureInfo.InvariantCulture)}/"),
            await Page(secure, $"https://web-{Pod}-alice.{TlsSite.Domain}/"),
        };
        foreach (var page in pages)
            Assert.Equal(Messages, await page.EvaluateAsync<int>(Flood, Messages));
        foreach (var page in pages)
            await page.EvaluateAsync(Open);
        await Task.Delay(TimeSpan.FromSeconds(silence)); // what is shown is that this changes nothing
        foreach (var page in pages)
        {
            Assert.Equal("event alive,message alive", await page.EvaluateAsync<string>(SpeakAgain));
            Assert.Equal(0, await page.EvaluateAsync<int>("broken"));
        }
        Proof.Shown(output, string.Create(CultureInfo.InvariantCulture, $"an event stream and a WebSocket of a page on .localhost and on an HTTPS domain were silent for {silence} s and then alive; {Messages} messages came back in order before"));
    }

    private static async Task<IPage> Page(Visitor alice, string url)
    {
        await alice.SignIn("alice");
        var page = await alice.Context.NewPageAsync();
        await page.GotoAsync(url);
        await Screen.Shows(page, page.GetByRole(AriaRole.Heading, new() { Name = "Streams" }));
        return page;
    }
}
