using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Pinacle.Podd.Tests.Guests;

/// <summary>Here the kernel's file is a plain one: what it does to connect(2) is seen in a real pod (host tests).</summary>
public sealed class DialHoldTests(RunningGuest guest) : IClassFixture<RunningGuest>, IAsyncLifetime
{
    private const string Before = "16000\t65535\n";

    private string Range => Path.Combine(guest.Root, "state", "ip_local_port_range");

    public Task InitializeAsync() => File.WriteAllTextAsync(Range, Before);

    public async Task DisposeAsync() => await guest.Client.Status(CancellationToken.None);

    [Fact]
    public async Task While_dials_are_held_the_one_port_that_is_left_is_taken()
    {
        await guest.Client.Connections(holdDials: true, CancellationToken.None);
        var ports = (await FirstLine()).Split(' ').Select(port => int.Parse(port, CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(ports[0], ports[1]);
        using var second = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Assert.Equal(SocketError.AddressAlreadyInUse, Assert.Throws<SocketException>(() => second.Bind(new IPEndPoint(IPAddress.Any, ports[0]))).SocketErrorCode);
    }

    [Fact]
    public async Task A_second_look_holds_on_and_anything_else_that_is_asked_ends_it()
    {
        await guest.Client.Connections(holdDials: true, CancellationToken.None);
        var held = await FirstLine();
        await guest.Client.Connections(holdDials: true, CancellationToken.None);
        await guest.Client.Connections(holdDials: false, CancellationToken.None);
        Assert.Equal(held, await FirstLine());
        await guest.Client.Status(CancellationToken.None);
        Assert.Equal(Before, await File.ReadAllTextAsync(Range));
    }

    [Fact]
    public async Task Where_the_kernel_does_not_let_it_the_look_is_answered_all_the_same()
    {
        File.Delete(Range);
        await guest.Client.Connections(holdDials: true, CancellationToken.None);
        Assert.False(File.Exists(Range));
    }

    // A plain file keeps what is behind a shorter text; the kernel's does not.
    private async Task<string> FirstLine() => (await File.ReadAllLinesAsync(Range))[0];
}
