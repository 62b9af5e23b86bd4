using System.Net;
using Microsoft.Extensions.Options;
using Pinacle.Podd.Network;
using Xunit;

namespace Pinacle.Podd.Tests.Network;

public sealed class AddressPlanTests
{
    private readonly AddressPlan _plan = new(Options.Create(NetworkOptionsTests.Bind()));

    [Fact]
    public void A_slot_decides_every_name_and_address()
    {
        Assert.Equal(new SlotPlan(12, "pv12", "pv-12", "10.89.0.14", "02:70:0a:59:00:0e"), _plan.At(12));
        Assert.Equal("/run/netns/pv-12", _plan.At(12).NamespacePath);
        Assert.Equal("10.89.0.1", _plan.Gateway.ToString());
        Assert.Equal("10.89.255.254", _plan.At(_plan.Slots - 1).Address);
    }

    [Fact]
    public void There_is_no_slot_beyond_the_subnet()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _plan.At(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => _plan.At(_plan.Slots));
    }

    [Theory]
    [InlineData("pv12", 12)]
    [InlineData("pv0", 0)]
    [InlineData("pv012", null)]
    [InlineData("pv+1", null)]
    [InlineData("pv12x", null)]
    [InlineData("pv", null)]
    [InlineData("apv12", null)]
    [InlineData("pv-12", null)]
    [InlineData("pv99999", null)]
    [InlineData("pv99999999999999999999", null)]
    public void Only_an_exact_name_stands_for_a_slot(string name, int? slot) => Assert.Equal(slot, _plan.SlotOfVeth(name));

    [Fact]
    public void Networks_that_lie_in_others_are_dropped()
    {
        string[] networks = ["10.1.0.0/16", "192.0.2.1/32", "10.0.0.0/8", "10.0.0.0/8", "192.0.2.0/31"];
        var disjoint = Cidr.Disjoint(networks.Select(n => IPNetwork.Parse(n)));
        Assert.Equal(["10.0.0.0/8", "192.0.2.0/31"], disjoint.Select(n => n.ToString()));
    }

    [Theory]
    [InlineData("10.1.2.3/8", "10.0.0.0/8")]
    [InlineData("10.1.2.3", "10.1.2.3/32")]
    [InlineData("1.2.3.4/0", "0.0.0.0/0")]
    [InlineData("10.1/16", null)]
    [InlineData("0x0a000001", null)]
    [InlineData("010.0.0.1", null)]
    [InlineData("10.0.0.1/+8", null)]
    [InlineData("10.0.0.1/", null)]
    [InlineData("::1", null)]
    public void A_network_is_four_numbers_and_a_length(string text, string? network) =>
        Assert.Equal(network, Cidr.TryParse(text, out var parsed) ? parsed.ToString() : null);
}
