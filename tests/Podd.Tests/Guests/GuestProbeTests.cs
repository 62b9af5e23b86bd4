using System.Net;
using System.Net.Sockets;
using Pinacle.Contracts;
using Xunit;

namespace Pinacle.Podd.Tests.Guests;

public sealed class GuestProbeTests(RunningGuest guest) : IClassFixture<RunningGuest>
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("0.0.0.0")]
    public async Task A_port_whose_process_hangs_up_in_turn_answers(string address)
    {
        using var listener = new TcpListener(IPAddress.Parse(address), 0);
        listener.Start();
        var serving = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync();
            Assert.Equal(0, await client.GetStream().ReadAsync(new byte[1]));
        });
        Assert.Equal(ProbeResult.Answers, await Probe(listener));
        await serving.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_port_whose_process_speaks_first_answers()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var client = listener.AcceptTcpClientAsync();
        var probe = Probe(listener);
        await (await client).GetStream().WriteAsync("220 ready\r\n"u8.ToArray());
        Assert.Equal(ProbeResult.Answers, await probe);
        (await client).Dispose();
    }

    [Fact]
    public async Task A_port_whose_process_takes_no_notice_is_deaf_although_the_kernel_takes_the_connection()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Assert.Equal(ProbeResult.Deaf, await Probe(listener));
    }

    [Fact]
    public async Task A_port_that_nothing_listens_on_is_closed()
    {
        var port = RunningGuest.FreePort();
        Assert.Equal([new PortProbe(port, ProbeResult.Closed)], await guest.Client.Probe([port], CancellationToken.None));
    }

    [Fact]
    public async Task Many_ports_are_probed_at_once_and_too_many_or_impossible_ones_are_refused()
    {
        var listeners = Enumerable.Range(0, 20).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(listener => listener.Start());
        var began = TimeProvider.System.GetTimestamp();
        var probes = await guest.Client.Probe([.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)], CancellationToken.None);
        Assert.All(probes, probe => Assert.Equal(ProbeResult.Deaf, probe.Result));
        Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(5));
        listeners.ForEach(listener => listener.Dispose());

        foreach (var ports in (int[][])[[.. Enumerable.Range(1000, 65)], [0], [65536], [guest.Port]])
            Assert.Equal(FaultKind.Invalid, (await Assert.ThrowsAsync<FaultException>(() => guest.Client.Probe(ports, CancellationToken.None))).Fault.Kind);
    }

    private async Task<ProbeResult> Probe(TcpListener listener) =>
        Assert.Single(await guest.Client.Probe([((IPEndPoint)listener.LocalEndpoint).Port], CancellationToken.None)).Result;
}
