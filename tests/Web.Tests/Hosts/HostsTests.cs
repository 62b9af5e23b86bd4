using System.Net;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Pinacle.Contracts;
using Pinacle.Web.Hosts;
using Pinacle.Web.Tests.Stand;
using Xunit;

namespace Pinacle.Web.Tests.Hosts;

public sealed class HostsTests : IAsyncLifetime
{
    private readonly WebStand stand = new();
    private readonly FakePodd podd = new();

    public async Task InitializeAsync()
    {
        await podd.InitializeAsync();
        await stand.InitializeAsync();
    }

    public async Task DisposeAsync()
    {
        await stand.DisposeAsync();
        await podd.DisposeAsync();
    }

    [Fact]
    public async Task A_join_token_is_good_once()
    {
        var token = await Token();
        Assert.Equal(HttpStatusCode.OK, await Enrol(podd.Enrolment(token)));
        Assert.Equal(HttpStatusCode.Unauthorized, await Enrol(podd.Enrolment(token)));
        Assert.Equal(HttpStatusCode.Unauthorized, await Enrol(podd.Enrolment("guess")));
    }

    [Fact]
    public async Task A_host_that_cannot_be_dialled_or_speaks_another_contract_is_refused_and_its_token_stays_good()
    {
        var token = await Token();
        Assert.Equal(HttpStatusCode.BadGateway, await Enrol(podd.Enrolment(token) with { Address = "unix:/nowhere/podd.sock" }));
        Assert.Equal(HttpStatusCode.Unauthorized, await Enrol(podd.Enrolment(token) with { ApiKey = "another key of enough length" }));
        Assert.Equal(HttpStatusCode.Conflict, await Enrol(podd.Enrolment(token) with { Contract = "2.0" }));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await Enrol(podd.Enrolment(token) with { Address = "http://10.0.0.1:7400" }));
        Assert.Equal(HttpStatusCode.OK, await Enrol(podd.Enrolment(token)));
    }

    [Fact]
    public async Task A_host_that_falls_silent_is_down_and_active_again_when_it_is_back()
    {
        var web = stand.StartCopy(("Hosts:DownAfter", "00:00:01"));
        await stand.Enrol(podd);
        await Eventually.True(() => Is(HostState.Active));
        await podd.Stop();
        await Eventually.True(() => Is(HostState.Down));
        await podd.Start();
        await Eventually.True(() => Is(HostState.Active));
        await stand.End(web);
    }

    [Fact]
    public async Task A_tunnel_carries_bytes_both_ways_and_another_epoch_is_refused()
    {
        await stand.Enrol(podd);
        await using var db = stand.Open();
        var host = await db.Hosts.SingleAsync();
        var id = Guid.CreateVersion7();
        podd.Pods[id.ToString()] = new FakePod { Spec = new PodSpec { Id = id.ToString(), Epoch = 3, Name = "t", Owner = "o", Image = new ImageRef("default"), Tier = "dev.small", HostName = "t" } };
        var client = await stand.Web.Services.GetRequiredService<PoddClients>().Of(host.Id, CancellationToken.None);
        await using (var tunnel = await client.OpenTunnel(id, 3, 80, webSocket: false, wake: "yes", person: true, CancellationToken.None))
        {
            await tunnel.WriteAsync(Encoding.ASCII.GetBytes("ping"));
            var answer = new byte[4];
            await tunnel.ReadExactlyAsync(answer);
            Assert.Equal("ping", Encoding.ASCII.GetString(answer));
        }

        var refused = await Assert.ThrowsAsync<FaultException>(() => client.OpenTunnel(id, 2, 80, webSocket: false, wake: "yes", person: true, CancellationToken.None));
        Assert.Equal(FaultKind.Conflict, refused.Fault.Kind);
    }

    private async Task<bool> Is(HostState state)
    {
        await using var db = stand.Open();
        return await db.Hosts.AnyAsync(host => host.State == state && host.Report != null);
    }

    private async Task<string> Token()
    {
        await using var scope = stand.Web.Services.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<JoinTokens>().Make(CancellationToken.None)).Token;
    }

    private async Task<HttpStatusCode> Enrol(HostEnrolment enrolment)
    {
        using var client = stand.Web.Client();
        using var answer = await client.PostAsync(PoddRoutes.Enrol, FakePodd.Json(enrolment, ContractsJson.Default.HostEnrolment));
        return answer.StatusCode;
    }
}
