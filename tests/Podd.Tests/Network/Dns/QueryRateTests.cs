using System.Net;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Pinacle.Podd.Network.Dns;
using Xunit;

namespace Pinacle.Podd.Tests.Network.Dns;

public sealed class QueryRateTests
{
    [Fact]
    public void A_pod_may_burst_and_then_ask_at_its_rate_and_no_other_pod_notices()
    {
        var time = new FakeTimeProvider();
        var rate = new QueryRate(Options.Create(NetworkOptionsTests.Bind(("Dns:QueriesPerSecond", "10"))), time);
        var busy = IPAddress.Parse("10.89.0.2");
        Assert.Equal(40, Enumerable.Range(0, 100).Count(_ => rate.TryTake(busy)));
        Assert.True(rate.TryTake(IPAddress.Parse("10.89.0.3")));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(10, Enumerable.Range(0, 100).Count(_ => rate.TryTake(busy)));
    }

    [Fact]
    public void The_hosts_resolvers_are_read_as_resolv_conf_says()
    {
        string[] lines = ["# nameserver 1.1.1.1", "search corp", "nameserver 192.0.2.53", "nameserver\t2001:db8::53 # second", " nameserver 10.0.0.2", "nameserver nonsense", "nameserver"];
        Assert.Equal(["192.0.2.53", "2001:db8::53", "10.0.0.2"], UpstreamResolvers.Parse(lines).Select(a => a.ToString()));
    }
}
