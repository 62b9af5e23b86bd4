using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Pinacle.Contracts;
using Pinacle.Podd.Guests;
using Xunit;
using Xunit.Abstractions;

namespace Pinacle.Podd.Tests.Guests;

/// <summary>Both sides of the guest's protocol against random partners: neither dies, neither grows, and the next honest request works.</summary>
public sealed class GuestFuzzTests(RunningGuest guest, ITestOutputHelper output) : IClassFixture<RunningGuest>
{
    private const long MostGrowth = 96 << 20;

    // Not "shutdown", which is an honest request to end.
    private static readonly string[] Acts = [.. Enum.GetNames<GuestAct>().Select(System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName).Except(["shutdown", "sync", "delete-file", "write-file"])];

    [Fact]
    [Trait("Category", "Proof")]
    public async Task Random_callers_neither_end_the_guest_nor_make_it_grow()
    {
        output.WriteLine($"PINACLE_SEED={Fuzz.FirstSeed}");
        await Round(Fuzz.FirstSeed);
        var before = Memory();
        for (var round = 1; round <= Fuzz.Rounds(60); round++)
            await Round(Fuzz.FirstSeed + round);
        Assert.Equal("alive\n", (await guest.Exec("echo", "alive")).Stdout);
        await Eventually.True(async () => (await guest.Client.Status(CancellationToken.None)).Execs == 0);
        Assert.True(Memory() - before < MostGrowth, $"grew by {Memory() - before} bytes");
    }

    [Fact]
    [Trait("Category", "Proof")]
    public async Task Random_guests_neither_end_podd_nor_make_it_grow()
    {
        output.WriteLine($"PINACLE_SEED={Fuzz.FirstSeed}");
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var round = 0; round < Fuzz.Rounds(150); round++)
        {
            var seed = Fuzz.FirstSeed + round;
            try
            {
                await Meet(new Fuzz(seed));
            }
            catch (Exception error) when (error is not FaultException)
            {
                output.WriteLine($"PINACLE_SEED={seed}");
                throw;
            }
            catch (FaultException error)
            {
                // What podd makes of a guest that is none: a fault with a sentence, of a kind that a guest can be the cause of.
                Assert.True(error.Fault is { Message.Length: > 0 and <= 1100, Kind: not (FaultKind.Unauthorized or FaultKind.PodAsleep or FaultKind.HostFull or FaultKind.RuntimeUnfit) }, $"PINACLE_SEED={seed}: {error.Fault}");
            }
        }
        Assert.True(GC.GetTotalMemory(forceFullCollection: true) - before < MostGrowth);
        Assert.NotEmpty((await guest.Client.Status(CancellationToken.None)).Version);
    }

    private async Task Round(int seed)
    {
        var fuzz = new Fuzz(seed);
        using var caller = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await caller.ConnectAsync(new IPEndPoint(IPAddress.Loopback, guest.Port));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        try
        {
            byte[] key = fuzz.Number(10) == 0 ? fuzz.Noise(40) : Encoding.ASCII.GetBytes($"{{\"key\":\"{RunningGuest.Key}\",");
            var call = fuzz.Line(
                ("act", $"\"{fuzz.OneOf(Acts)}\""),
                ("path", $"\"{guest.Workspace}/fuzz\""),
                ("name", "\"web\""),
                ("port", "80"),
                ("exec", "{\"command\":[\"cat\"],\"timeout\":1}"),
                ("terminal", "{\"name\":\"t\",\"command\":[\"true\"]}"),
                ("setup", "{\"run\":\"r\",\"repository\":null,\"steps\":[]}"),
                ("offset", fuzz.Value(0)),
                ("length", fuzz.Value(0)));
            await caller.SendAsync((byte[])[.. key, .. call.AsSpan(Math.Min(1, call.Length)), (byte)'\n', .. fuzz.Frames()], limit.Token);
            if (fuzz.Number(3) > 0)
                caller.Shutdown(SocketShutdown.Send);
            var buffer = new byte[4096];
            for (var reads = fuzz.Number(5); reads > 0 && await caller.ReceiveAsync(buffer, limit.Token) > 0; reads--)
            {
                // What it says does not matter; some callers do not even listen.
                if (fuzz.Number(2) == 0)
                    await caller.SendAsync(fuzz.Frames(), limit.Token);
                if (caller.Available == 0)
                    break;
            }
        }
        catch (SocketException)
        {
            // It has hung up on nonsense, as it should.
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"the guest leaves a caller hanging: PINACLE_SEED={seed}");
        }
    }

    private static async Task Meet(Fuzz fuzz)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = Serve(listener, fuzz);
        var client = new GuestClient("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port, "key") { Silence = TimeSpan.FromMilliseconds(500) };
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        try
        {
            await (fuzz.Number(9) switch
            {
                0 => client.Status(limit.Token),
                1 => client.Exec(new ExecSpec { Command = ["true"], Timeout = 1 }, limit.Token),
                2 => client.Git(limit.Token),
                3 => client.GitDiff(limit.Token),
                4 => client.Terminals(null, limit.Token),
                5 => client.WriteFile("/file", new MemoryStream(new byte[100_000]), limit.Token),
                6 => client.Logs("web", 10, follow: true, Stream.Null, limit.Token),
                7 => Drain(client.Setup(new GuestSetup("one", null, [new SetupStep("install", "true")]), 1, limit.Token)),
                _ => Copy(client, limit.Token),
            });
        }
        finally
        {
            listener.Stop();
            await serving;
        }
    }

    private static async Task Serve(TcpListener listener, Fuzz fuzz)
    {
        try
        {
            using var caller = await listener.AcceptTcpClientAsync();
            var stream = caller.GetStream();
            await stream.ReadExactlyAsync(new byte[1]);
            await stream.WriteAsync((byte[])
            [
                .. fuzz.Line(
                    ("status", $"{{\"version\":\"1\",\"ports\":{fuzz.Value(2)},\"services\":{fuzz.Value(3)}}}"), ("fault", fuzz.Number(4) == 0 ? fuzz.Value(2) : "null"), ("listing", $"{{\"path\":\"/\",\"items\":{fuzz.Value(2)}}}"),
                    ("git", $"{{\"changes\":{fuzz.Value(2)}}}"), ("terminals", fuzz.Value(2))),
                (byte)'\n',
                .. fuzz.Frames(),
            ]);
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // podd has hung up on nonsense, or never came.
        }
    }

    private static async Task Drain(IAsyncEnumerable<GuestSetupEvent> events)
    {
        await foreach (var _ in events)
        {
            // Only its end matters.
        }
    }

    private static async Task Copy(GuestClient client, CancellationToken cancellationToken)
    {
        await using var file = await client.ReadFile("/file", cancellationToken);
        if (file.Listing is null)
            await file.CopyTo(Stream.Null, cancellationToken);
    }

    private long Memory() => File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{guest.ProcessId}/status"))
        .Where(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
        .Select(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) << 10)
        .Single();
}
