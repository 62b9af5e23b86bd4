using System.Net;
using Pinacle.Browser.Tests.Stack;

namespace Pinacle.Browser.Tests;

/// <summary>The same by API alone: a token of <c>make token</c> and HTTP.</summary>
[Collection(StackCollection.Name)]
public sealed class PodByApiTests(PinacleStack stack)
{
    private const string Flask = """
        import http.server
        class App(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200); self.end_headers(); self.wfile.write(b"hello from python")
        http.server.ThreadingHTTPServer(("127.0.0.1", 8000), App).serve_forever()
        """;

    [Fact]
    public async Task A_python_repository_with_its_own_pinacle_yaml_serves_its_owner_and_nobody_else()
    {
        var repository = await stack.Git.Publish(
            "python",
            ("app.py", Flask),
            ("requirements.txt", ""),
            ("pinacle.yaml", "version: 1\nservices:\n  web:\n    run: python3 app.py\n    port: 8000\n"));
        using var alice = await PinacleStack.ApiOf("alice");
        using var mallory = await PinacleStack.ApiOf("mallory");
        try
        {
            var pod = await alice.Create(new { name = "py", repo = repository, tier = "dev.small" }, "py");
            Assert.Equal("running", (string)pod["status"]!);
            await Eventually.Holds("python answers", TimeSpan.FromSeconds(60), async () => await alice.Visit("web-py-alice") is (HttpStatusCode.OK, "hello from python"));

            Assert.Equal(HttpStatusCode.NotFound, (await mallory.Refused(HttpMethod.Get, $"pods/{(string)pod["id"]!}")).Status);
            Assert.DoesNotContain("hello", (await mallory.Visit("web-py-alice")).Body, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.NotFound, (await mallory.Visit("web-py-alice")).Status);
            Assert.Equal(HttpStatusCode.Unauthorized, (await alice.Visit("web-py-alice", signedIn: false)).Status);
        }
        finally
        {
            await alice.Delete("py");
        }
    }

    [Fact]
    public async Task A_static_repository_stops_and_starts_and_keeps_its_files()
    {
        var repository = await stack.Git.Publish("static", ("index.html", "<h1>static page</h1>"));
        using var alice = await PinacleStack.ApiOf("alice");
        try
        {
            await alice.Create(new { name = "still", repo = repository, tier = "dev.small" }, "still");
            await Eventually.Holds("the page is served", TimeSpan.FromSeconds(60), async () => (await alice.Visit("web-still-alice")).Body.Contains("static page", StringComparison.Ordinal));
            Assert.Equal(0, (await alice.Exec("still", "echo kept > kept.txt")).ExitCode);

            await alice.Post("pods/still/stop");
            Assert.Equal("stopped", (string)(await alice.WaitFor("still", "stopped"))["status"]!);
            Assert.NotEqual(HttpStatusCode.OK, (await alice.Visit("web-still-alice")).Status);
            await alice.Post("pods/still/start");
            Assert.Equal("running", (string)(await alice.WaitFor("still", "running"))["status"]!);
            await Eventually.Holds("the kept file is served", TimeSpan.FromSeconds(60), async () => (await alice.Visit("web-still-alice", "kept.txt")).Body == "kept\n");
        }
        finally
        {
            await alice.Delete("still");
        }
    }
}
