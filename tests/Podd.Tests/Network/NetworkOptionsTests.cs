using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Pinacle.Podd.Network;
using Xunit;

namespace Pinacle.Podd.Tests.Network;

public sealed class NetworkOptionsTests
{
    [Fact]
    public void The_defaults_are_valid()
    {
        var options = Bind();
        Assert.Equal("pv", options.Instance);
        Assert.Equal("198.18.0.53", options.Resolver);
    }

    [Theory]
    [InlineData("Instance", "")]
    [InlineData("Instance", "toolong")]
    [InlineData("Instance", "pv1")]
    [InlineData("Instance", "p\n")]
    [InlineData("Instance", "p; flush ruleset")]
    [InlineData("Bridge", "podd0 up")]
    [InlineData("Bridge", "sixteencharacter")]
    [InlineData("Bridge", "{")]
    [InlineData("Subnet", "10.89.0.0/28")]
    [InlineData("Subnet", "fd00::/16")]
    [InlineData("Subnet", "10.89/16")]
    [InlineData("Resolver", "10.89.0.53")]
    [InlineData("Resolver", "resolver")]
    [InlineData("BrokerPort", "0")]
    [InlineData("ConnectionLimit", "1")]
    [InlineData("Allow:0", "intranet")]
    [InlineData("Allow:0", "10.0.0.0/33")]
    [InlineData("Deny:0", "10.0.0.0/8 }")]
    [InlineData("Dns:Upstream:0", "resolver.test")]
    [InlineData("Dns:TimeoutSeconds", "0")]
    [InlineData("Dns:QueriesPerSecond", "0")]
    public void An_option_that_makes_no_sense_is_named(string option, string value)
    {
        var error = Assert.Throws<OptionsValidationException>(() => Bind((option, value)));
        Assert.Contains($"Network:{option.Replace(":0", "", StringComparison.Ordinal)}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_name_fits_into_what_the_kernel_takes()
    {
        var plan = new AddressPlan(Options.Create(Bind(("Instance", "abcdef"), ("Subnet", "10.0.0.0/8"))));
        var last = plan.At(plan.Slots - 1);
        Assert.True(last.Veth.Length <= 15, last.Veth);
        Assert.Equal("10.255.255.254", last.Address);
    }

    internal static NetworkOptions Bind(params (string Option, string Value)[] values)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(values.Select(v => KeyValuePair.Create($"Network:{v.Option}", (string?)v.Value)))
            .Build();
        using var services = new ServiceCollection().AddLogging().AddPodNetwork(configuration).BuildServiceProvider();
        return services.GetRequiredService<IOptions<NetworkOptions>>().Value;
    }
}
