using Pinacle.Web.Gateway;
using Xunit;

namespace Pinacle.Web.Tests.Gateway;

public sealed class HostKindTests
{
    [Theory]
    [InlineData("pods.test")]
    [InlineData("PODS.test")]
    [InlineData("site.example")]
    public void The_domain_and_the_site_are_the_main_site(string host) => Assert.True(HostKind.Of(host, "pods.test", "site.example").IsMain);

    [Theory]
    [InlineData("web-demo-alice.pods.test")]
    [InlineData("WEB-demo-alice.Pods.Test")]
    public void One_label_under_the_domain_is_a_service(string host) =>
        Assert.Equal("web-demo-alice", HostKind.Of(host, "pods.test", "site.example").Label?.ToString());

    [Theory]
    [InlineData("")]
    [InlineData(".pods.test")]
    [InlineData("web-demo-alice.pods.test.")]
    [InlineData("a.web-demo-alice.pods.test")]
    [InlineData("web-demo-alice.site.example")]
    [InlineData("web-demo-alicepods.test")]
    [InlineData("web-demo-alice.pods.test.evil.example")]
    [InlineData("evil.example")]
    [InlineData("127.0.0.1")]
    public void Anything_else_is_unknown(string host)
    {
        var kind = HostKind.Of(host, "pods.test", "site.example");
        Assert.False(kind.IsMain);
        Assert.Null(kind.Label);
    }
}
