using System.Globalization;
using Pinacle.Contracts;
using Pinacle.Podd.HostTests.Network;
using Xunit;

namespace Pinacle.Podd.HostTests.Pods;

/// <summary>
/// A pod that is connected as a busy project is: a Node server for keep-alive requests and WebSockets, and fifty connections of its own to servers outside, held by Node, by Python's
/// asyncio, by a program that uses epoll edge-triggered (as Go's and Rust's runtimes do), by curl in loops, and by a psql that asks something all the time. Each dials again by itself.
/// </summary>
internal sealed class ConnectedPod(PoddProcess podd)
{
    /// <summary>Connections of its own to <see cref="World.Port"/>; one more, psql's, goes to <see cref="OutsidePostgres.Port"/>.</summary>
    public const int Dials = 49;

    private const string Node = """
        const crypto = require("crypto"), net = require("net");
        const server = require("http").createServer((request, response) => response.end("answered by " + process.pid));
        server.keepAliveTimeout = 3600000;
        server.on("upgrade", (request, socket) => {
            const accept = crypto.createHash("sha1").update(request.headers["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest("base64");
            socket.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " + accept + "\r\n\r\n");
            socket.on("error", () => {}).on("end", () => socket.end()).on("data", frame => {
                const length = frame[1] & 127, mask = frame.subarray(2, 6), text = Buffer.from(frame.subarray(6, 6 + length));
                if ((frame[0] & 15) === 8) return socket.end();
                text.forEach((byte, n) => text[n] = byte ^ mask[n & 3]);
                socket.write(Buffer.concat([Buffer.from([129, length]), text]));
            });
        });
        server.listen(8000, "0.0.0.0");
        function dial() {
            net.connect(PORT, "HOST", function () { this.write("hello"); }).resume().on("error", () => {}).on("close", () => setTimeout(dial, 1000));
        }
        for (let n = 0; n < 12; n++) dial();
        """;

    private const string Python = """
        import asyncio
        async def dial():
            while True:
                try:
                    reader, writer = await asyncio.open_connection("HOST", PORT)
                    while await reader.read(4096): pass
                    writer.close()
                except OSError:
                    pass
                await asyncio.sleep(1)
        async def main():
            await asyncio.gather(*(dial() for n in range(12)))
        asyncio.run(main())
        """;

    private const string Epoll = """
        #include <arpa/inet.h>
        #include <errno.h>
        #include <sys/epoll.h>
        #include <time.h>
        #include <unistd.h>
        int main(void) {
            int epoll = epoll_create1(0), sockets[12];
            time_t next[12] = {0};
            struct sockaddr_in peer = {.sin_family = AF_INET, .sin_port = htons(PORT), .sin_addr.s_addr = inet_addr("HOST")};
            for (int n = 0; n < 12; n++) sockets[n] = -1;
            for (;;) {
                for (int n = 0; n < 12; n++) {
                    if (sockets[n] >= 0 || time(0) < next[n]) continue;
                    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.u32 = n};
                    sockets[n] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
                    if (connect(sockets[n], (struct sockaddr *)&peer, sizeof peer) < 0 && errno != EINPROGRESS) {
                        close(sockets[n]);
                        sockets[n] = -1;
                        next[n] = time(0) + 1;
                        continue;
                    }
                    epoll_ctl(epoll, EPOLL_CTL_ADD, sockets[n], &event);
                }
                struct epoll_event events[64];
                for (int count = epoll_wait(epoll, events, 64, 500); count > 0; count--) {
                    int n = events[count - 1].data.u32;
                    char buffer[4096];
                    ssize_t got;
                    do got = read(sockets[n], buffer, sizeof buffer); while (got > 0);
                    if (got < 0 && (errno == EAGAIN || errno == ENOTCONN)) continue;
                    close(sockets[n]);
                    sockets[n] = -1;
                    next[n] = time(0) + 1;
                }
            }
        }
        """;

    // A server that says its first bytes at once and then nothing: to curl that is an answer of old HTTP which never ends.
    private const string Curl = "for n in $(seq 13); do while :; do curl -s --http0.9 http://HOST:PORT/ >/dev/null; sleep 1; done & done; wait";

    private const string Psql = "while :; do while echo 'select 1;'; do sleep 0.5; done | /workspace/psql/ld --library-path /workspace/psql /workspace/psql/psql -q -h HOST -U postgres -d postgres >/dev/null 2>&1; sleep 1; done";

    private readonly Dictionary<string, string> _processes = new(StringComparer.Ordinal);

    public string Id { get; } = Guid.CreateVersion7().ToString();

    public string Path => $"/v1/pods/{Id}";

    /// <summary>Makes it, with all it is connected to.</summary>
    public async Task Make()
    {
        var made = (await podd.Act(HttpMethod.Put, Path, Spec()))[^1];
        Assert.True(made.Fault is null, made.Fault?.Message);
        foreach (var (name, file) in await OutsidePostgres.Client())
        {
            await using var content = File.OpenRead(file);
            using var body = new StreamContent(content);
            using var written = await podd.Http.PutAsync(new Uri($"{Path}/files/workspace/psql/{name}", UriKind.Relative), body);
            Assert.True(written.IsSuccessStatusCode, await written.Content.ReadAsStringAsync());
        }
        var ready = await podd.Exec(Id, "bash", "-c", $"cat > /workspace/dials.c <<'END'\n{Here(Epoll)}\nEND\ngcc -O1 -o /workspace/dials /workspace/dials.c && chmod +x /workspace/psql/*");
        Assert.True(ready.ExitCode == 0, ready.Stderr);
        ServiceSpec[] services =
        [
            Script("node", 8000, "node", Node), Script("python", 8001, "python3", Python), new("epoll", 8002, "exec /workspace/dials"), new("curl", 8003, Here(Curl)), new("psql", 8004, Here(Psql)),
        ];
        var changed = (await podd.Act(HttpMethod.Put, Path, Spec() with { Services = services }))[^1];
        Assert.True(changed.Fault is null, changed.Fault?.Message);
        await Connected();
        await Look();
    }

    /// <summary>Until all of its own connections are there.</summary>
    public async Task Connected()
    {
        var seen = "";
        await PoddProcess.Eventually(
            async () =>
            {
                var counts = await podd.Exec(Id, "bash", "-c", string.Create(CultureInfo.InvariantCulture, $"grep -c ':{World.Port:X4} 01 ' /proc/net/tcp; grep -c ':{OutsidePostgres.Port:X4} 01 ' /proc/net/tcp"));
                seen = counts.Stdout.Replace('\n', ' ');
                return seen == $"{Dials} 1 ";
            },
            () => $"the pod has {seen} of its connections ({Dials} and 1)");
    }

    /// <summary>True where its long-lived processes are those of the last look.</summary>
    public async Task<bool> IsTheSame()
    {
        var before = new Dictionary<string, string>(_processes, StringComparer.Ordinal);
        await Look();
        return before.All(process => _processes[process.Key] == process.Value);
    }

    public async Task Delete()
    {
        Assert.True((await podd.Act(HttpMethod.Delete, Path))[^1] is { Done: true, Fault: null });
        Assert.Empty(await podd.Residue(Id));
    }

    private async Task Look()
    {
        foreach (var (name, pattern) in ((string, string)[])[("node", "^node /workspace/node"), ("python", "^python3 /workspace/python"), ("epoll", "^/workspace/dials"), ("curl", "http0.9 http://.* done & done")])
            _processes[name] = (await podd.Exec(Id, "pgrep", "-o", "-f", pattern)).Stdout.Trim();
        Assert.DoesNotContain("", _processes.Values);
    }

    private PodSpec Spec() => PoddProcess.Spec(Id, "connected") with { Tier = "dev.medium" };

    private static ServiceSpec Script(string name, int port, string program, string text) =>
        new(name, port, $"cat > /workspace/{name} <<'END'\n{Here(text)}\nEND\nexec {program} /workspace/{name}");

    private static string Here(string text) =>
        text.Replace("HOST", World.Internet, StringComparison.Ordinal).Replace("PORT", World.Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
}
