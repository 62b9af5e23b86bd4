using System.Net;
using System.Net.Sockets;
using Pinacle.Contracts;
using Xunit;

namespace Pinacle.Podd.Tests.Guests;

public sealed class GuestRelayTests(RunningGuest guest) : IClassFixture<RunningGuest>
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task A_port_that_listens_on_one_loopback_only_is_reached(string address)
    {
        using var listener = new TcpListener(IPAddress.Parse(address), 0);
        listener.Start();
        var echo = Echo(listener);
        await using var stream = await guest.Client.Relay(((IPEndPoint)listener.LocalEndpoint).Port, CancellationToken.None);
        await stream.WriteAsync("hello"u8.ToArray());
        var answer = new byte[5];
        await stream.ReadExactlyAsync(answer);
        Assert.Equal("hello"u8.ToArray(), answer);
        await stream.DisposeAsync();
        await echo.WaitAsync(TimeSpan.FromSeconds(10)); // the end of the caller reached the port
    }

    [Fact]
    public async Task A_hundred_megabytes_pass_unchanged_and_the_guest_stays_small()
    {
        const int Size = 100_000_000;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var sending = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync();
            var chunk = new byte[1 << 16];
            for (var sent = 0; sent < Size; sent += chunk.Length)
            {
                Array.Fill(chunk, (byte)(sent >> 16));
                await client.GetStream().WriteAsync(chunk.AsMemory(0, Math.Min(chunk.Length, Size - sent)));
            }
        });
        await using var stream = await guest.Client.Relay(((IPEndPoint)listener.LocalEndpoint).Port, CancellationToken.None);
        var buffer = new byte[1 << 16];
        var received = 0;
        while (await stream.ReadAsync(buffer) is > 0 and var count)
        {
            for (var i = 0; i < count; i++)
                Assert.Equal((byte)((received + i) >> 16), buffer[i]);
            received += count;
        }
        await sending;
        Assert.Equal(Size, received);
    }

    [Fact]
    public async Task A_port_that_nobody_listens_on_is_a_fault()
    {
        var error = await Assert.ThrowsAsync<FaultException>(() => guest.Client.Relay(RunningGuest.FreePort(), CancellationToken.None));
        Assert.Equal(FaultKind.NotListening, error.Fault.Kind);
    }

    private static async Task Echo(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync();
        await client.GetStream().CopyToAsync(client.GetStream());
    }
}
