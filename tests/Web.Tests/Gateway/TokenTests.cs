using System.Net;
using System.Net.WebSockets;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Pinacle.Web.Tests.Gateway;

public sealed class TokenTests(GatewayStand stand) : IClassFixture<GatewayStand>
{
    [Fact]
    public async Task A_program_costs_the_database_nothing_once_it_is_known()
    {
        await stand.Pod("alice", "known");
        var token = await stand.Token("alice");
        using var program = await stand.Browser();
        using var first = await Ask(program, token);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        // While nobody else can read the table, whoever must ask it waits.
        await using var db = stand.Web.Open();
        await using var held = await db.Database.BeginTransactionAsync();
        await db.Database.ExecuteSqlAsync($"LOCK TABLE api_tokens, users IN ACCESS EXCLUSIVE MODE");
        for (var count = 0; count < 20; count++)
        {
            using var answer = await Ask(program, token).WaitAsync(TimeSpan.FromSeconds(10));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        Task<HttpResponseMessage> Ask(Browser browser, string bearer) => browser.Get(GatewayStand.Url("web-known-alice", "/headers"), ("Pinacle-Authorization", "Bearer " + bearer));
    }

    [Fact]
    public async Task Revoking_a_token_shuts_the_door_and_ends_open_sockets_within_a_second()
    {
        await stand.Pod("alice", "ended");
        var token = await stand.Token("alice");
        var other = await stand.Token("alice");
        using var program = await stand.Browser();
        using var socket = await program.Connect(GatewayStand.Url("web-ended-alice", "/socket"), ("Pinacle-Authorization", "Bearer " + token));
        using var stays = await program.Connect(GatewayStand.Url("web-ended-alice", "/socket"), ("Pinacle-Authorization", "Bearer " + other));
        var id = Guid.Parse(new Microsoft.IdentityModel.JsonWebTokens.JsonWebToken(token).Id);
        await using var db = stand.Web.Open();
        await db.ApiTokens.Where(one => one.Id == id).ExecuteUpdateAsync(set => set.SetProperty(one => one.RevokedAt, TimeProvider.System.GetUtcNow()));
        try
        {
            Assert.Equal(WebSocketMessageType.Close, (await socket.ReceiveAsync(new byte[16], CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(1))).MessageType);
        }
        catch (WebSocketException)
        {
            Assert.NotEqual(WebSocketState.Open, socket.State);
        }
        using var answer = await program.Get(GatewayStand.Url("web-ended-alice", "/headers"), ("Pinacle-Authorization", "Bearer " + token));
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        await stays.SendAsync("x"u8.ToArray(), WebSocketMessageType.Text, true, CancellationToken.None);
        Assert.Equal(1, (await stays.ReceiveAsync(new byte[16], CancellationToken.None)).Count);
    }
}
