using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using Pinacle.Web.Accounts;
using Pinacle.Web.Tests.Stand;
using Xunit;

namespace Pinacle.Web.Tests.Accounts;

public sealed class AccountsTests : IAsyncLifetime
{
    private readonly WebStand stand = new();

    public Task InitializeAsync() => stand.InitializeAsync();

    public Task DisposeAsync() => stand.DisposeAsync();

    [Theory]
    [InlineData("Development", "127.0.0.1", null, true)]
    [InlineData("Development", "::1", null, true)]
    [InlineData("Development", "10.0.0.7", null, false)]
    [InlineData("Development", "127.0.0.1", "X-Forwarded-For", false)]
    [InlineData("Development", "127.0.0.1", "Forwarded", false)]
    [InlineData("Production", "127.0.0.1", null, false)]
    public void Signing_in_by_login_alone_is_offered_only_in_Development_to_the_machine_itself(string environment, string address, string? header, bool offered)
    {
        var context = new DefaultHttpContext { Connection = { RemoteIpAddress = IPAddress.Parse(address) } };
        if (header is not null)
            context.Request.Headers[header] = "x";
        Assert.Equal(offered, new DevelopmentSignIn(new TestEnvironment { EnvironmentName = environment }).IsOffered(context));
    }

    [Theory]
    [InlineData("Alice", "alice")]
    [InlineData("a-b", "a-b")]
    [InlineData("abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnopqrstuvwxyz")]
    public void A_slug_is_the_login_in_small_letters(string login, string slug) => Assert.Equal(slug, UserSlug.Of(login));

    [Fact]
    public void Long_logins_get_slugs_of_their_own_that_fit_and_that_no_login_has()
    {
        var (one, other) = (UserSlug.Of(new string('a', 38) + "b"), UserSlug.Of(new string('a', 38) + "c"));
        Assert.NotEqual(one, other);
        Assert.True(one.Length <= UserSlug.MaxLength);
        Assert.NotNull(UserSlug.Problem(one));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-a")]
    [InlineData("a-")]
    [InlineData("a--b")]
    [InlineData("a.b")]
    [InlineData("ä")]
    public void What_is_no_login_is_refused(string login) => Assert.NotNull(UserSlug.Problem(login));

    [Fact]
    public async Task The_first_person_in_is_the_operator_and_nobody_after()
    {
        await using var scope = stand.Web.Services.CreateAsyncScope();
        var people = scope.ServiceProvider.GetRequiredService<People>();
        Assert.True((await people.FindOrMake("first", CancellationToken.None)).IsOperator);
        Assert.False((await people.FindOrMake("second", CancellationToken.None)).IsOperator);
        Assert.True((await people.FindOrMake("First", CancellationToken.None)).IsOperator);
    }

    [Fact]
    public async Task A_token_that_is_revoked_expired_or_forged_opens_nothing()
    {
        using var client = await stand.Client("tess");
        using (var answer = await client.GetAsync("/api/v1/me"))
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await using (var db = stand.Open())
            await db.ApiTokens.ExecuteUpdateAsync(set => set.SetProperty(token => token.RevokedAt, TimeProvider.System.GetUtcNow()));
        using (var answer = await client.GetAsync("/api/v1/me"))
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        client.DefaultRequestHeaders.Authorization = new("Bearer", "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.");
        using (var answer = await client.GetAsync("/api/v1/me"))
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task A_token_made_by_one_copy_of_web_is_good_at_another()
    {
        using var client = await stand.Client("twin");
        var second = stand.StartCopy();
        using var other = second.Client();
        other.DefaultRequestHeaders.Authorization = client.DefaultRequestHeaders.Authorization;
        using var answer = await other.GetAsync("/api/v1/me");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_sign_in_link_works_once()
    {
        await using var scope = stand.Web.Services.CreateAsyncScope();
        var user = await scope.ServiceProvider.GetRequiredService<People>().FindOrMake("link", CancellationToken.None);
        var links = scope.ServiceProvider.GetRequiredService<SignInLinks>();
        var token = await links.Make(user, CancellationToken.None);
        Assert.Equal(user.Id, (await links.Use(token, CancellationToken.None))?.Id);
        Assert.Null(await links.Use(token, CancellationToken.None));
    }

    [Theory]
    [InlineData(true, null, false, PodRight.Manage)]
    [InlineData(false, TeamRole.Owner, false, PodRight.Manage)]
    [InlineData(false, TeamRole.Member, false, PodRight.Use)]
    [InlineData(false, null, false, PodRight.None)]
    [InlineData(false, null, true, PodRight.Watch)]
    [InlineData(false, TeamRole.Member, true, PodRight.Use)]
    public void Rights_to_a_pod_follow_the_matrix(bool isOwner, TeamRole? role, bool isOperator, PodRight right) => Assert.Equal(right, PodAccess.Right(isOwner, role, isOperator));

    private sealed class TestEnvironment : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = "";

        public string ApplicationName { get; set; } = "";

        public string ContentRootPath { get; set; } = "";

        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }
}
