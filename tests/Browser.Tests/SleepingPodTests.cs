using System.Net;
using Pinacle.Browser.Tests.Stack;

namespace Pinacle.Browser.Tests;

/// <summary>The whole way down the ladder and up again, as make run has it: by time alone, and by a request to the pod's URL.</summary>
[Collection(StackCollection.Name)]
public sealed class SleepingPodTests(PinacleStack stack)
{
    private const string Counter = """
        import http.server, itertools
        visits = itertools.count(1)
        class App(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200); self.end_headers(); self.wfile.write(str(next(visits)).encode())
        http.server.ThreadingHTTPServer(("127.0.0.1", 8000), App).serve_forever()
        """;

    [Fact]
    public async Task A_pod_that_nobody_visits_sleeps_and_the_next_visit_finds_it_as_it_was()
    {
        var repository = await stack.Git.Publish("counter", ("app.py", Counter), ("pinacle.yaml", "version: 1\nservices:\n  web:\n    run: python3 app.py\n    port: 8000\n"));
        using var alice = await PinacleStack.ApiOf("alice");
        try
        {
            await alice.Create(new { name = "drowsy", repo = repository, tier = "dev.small", sleepAfter = 60 }, "drowsy");
            await Eventually.Holds("the counter counts", TimeSpan.FromSeconds(60), async () => await alice.Visit("web-drowsy-alice") is (HttpStatusCode.OK, "1"));

            Assert.Equal("asleep", (string)(await alice.WaitFor("drowsy", "asleep", timeout: 180))["status"]!);
            Assert.Equal((HttpStatusCode.OK, "2"), await alice.Visit("web-drowsy-alice"));
            Assert.Equal("running", (string)(await alice.WaitFor("drowsy", "running"))["status"]!);
            Assert.Equal((HttpStatusCode.OK, "3"), await alice.Visit("web-drowsy-alice"));
        }
        finally
        {
            await alice.Delete("drowsy");
        }
    }
}
