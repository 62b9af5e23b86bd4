using System.Net.Http.Headers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Pinacle.Contracts;
using Pinacle.Web.Accounts;
using Pinacle.Web.Database;
using Pinacle.Web.Hosts;
using Xunit;

namespace Pinacle.Web.Tests.Stand;

/// <summary>The real web on a real socket with a database of its own, and what tests do with it. One per test class.</summary>
public sealed class WebStand : IAsyncLifetime
{
    private readonly List<WebCopy> copies = [];

    /// <summary>The connection string of this class's database.</summary>
    public string Database { get; private set; } = "";

    public WebCopy Web => copies[0];

    public async Task InitializeAsync()
    {
        var cluster = await PostgresCluster.Shared;
        Database = await cluster.MakeDatabase();
        await using var db = Open();
        await db.Database.MigrateAsync();
        StartCopy();
    }

    /// <summary>Another copy of web on the same database.</summary>
    public WebCopy StartCopy(params (string Key, string Value)[] settings)
    {
        var copy = new WebCopy(Database, settings);
        copies.Add(copy);
        return copy;
    }

    /// <summary>Ends one copy.</summary>
    public async Task End(WebCopy copy)
    {
        copies.Remove(copy);
        await copy.DisposeAsync();
    }

    /// <summary>A context of the test's own.</summary>
    public PinacleDb Open()
    {
        var options = new DbContextOptionsBuilder<PinacleDb>();
        DatabaseSetup.Use(options, Database);
        return new PinacleDb(options.Options);
    }

    /// <summary>A user with a client of the API that speaks for them.</summary>
    public async Task<HttpClient> Client(string login, WebCopy? copy = null)
    {
        var web = copy ?? Web;
        await using var scope = web.Services.CreateAsyncScope();
        var user = await scope.ServiceProvider.GetRequiredService<People>().FindOrMake(login, CancellationToken.None);
        var token = await scope.ServiceProvider.GetRequiredService<ApiTokens>().Make(user, "test", null, CancellationToken.None);
        var client = web.Client();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>Enrols a stand-in of podd as the real one does.</summary>
    public async Task Enrol(FakePodd podd)
    {
        string token;
        await using (var scope = Web.Services.CreateAsyncScope())
            token = (await scope.ServiceProvider.GetRequiredService<JoinTokens>().Make(CancellationToken.None)).Token;
        using var client = Web.Client();
        using var answer = await client.PostAsync(PoddRoutes.Enrol, FakePodd.Json(podd.Enrolment(token), ContractsJson.Default.HostEnrolment));
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    public async Task DisposeAsync()
    {
        foreach (var copy in copies)
            await copy.DisposeAsync();
    }
}
