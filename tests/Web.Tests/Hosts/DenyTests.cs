using Pinacle.Web.Hosts;
using Pinacle.Web.Tests.Stand;
using Xunit;

namespace Pinacle.Web.Tests.Hosts;

public sealed class DenyTests : IAsyncLifetime
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
    public async Task A_host_is_told_of_the_other_hosts_and_what_the_operator_adds_and_again_when_it_changes_or_comes_back()
    {
        await stand.End(stand.Web);
        stand.StartCopy(("Hosts:Deny:0", "198.51.100.0/24"), ("Hosts:Deny:1", "localhost"), ("Hosts:Deny:2", "2001:db8::1"), ("Hosts:Deny:3", "no.such.name.invalid"));
        await Add("host-8", "https://192.0.2.8:7400");
        await Add("host-local", "https://127.0.0.1:7400");
        await stand.Enrol(podd);
        string[] first = ["192.0.2.8", "198.51.100.0/24", "2001:db8::1"];
        await Eventually.True(() => Task.FromResult(podd.Denied?.SequenceEqual(first) == true));

        await Add("host-9", "https://192.0.2.9:7400");
        string[] second = ["192.0.2.8", "192.0.2.9", "198.51.100.0/24", "2001:db8::1"];
        await Eventually.True(() => Task.FromResult(podd.Denied!.SequenceEqual(second)));

        podd.Forget();
        await podd.Stop();
        await podd.Start();
        await Eventually.True(() => Task.FromResult(podd.Denied?.SequenceEqual(second) == true));
    }

    [Theory]
    [InlineData("Host=db.example.org;Database=x", "db.example.org")]
    [InlineData("Host=10.0.0.1,db2:6432,[2001:db8::2]:5432;Database=x", "10.0.0.1 db2 2001:db8::2")]
    [InlineData("Host=2001:db8::3;Database=x", "2001:db8::3")]
    [InlineData("Host=/run/postgresql;Database=x", "")]
    [InlineData("Host=@abstract;Database=x", "")]
    public void The_hosts_of_Postgres_are_those_of_its_connection_string_without_sockets(string connection, string hosts) =>
        Assert.Equal(hosts, string.Join(' ', DeniedAddresses.Postgres(connection)));

    private async Task Add(string name, string address)
    {
        await using var db = stand.Open();
        db.Hosts.Add(new PodHost { Name = name, Address = address, CertificateSha256 = "", ApiKeyEncrypted = [], Contract = "1.0", CreatedAt = TimeProvider.System.GetUtcNow() });
        await db.SaveChangesAsync();
    }
}
