using Pinacle.Web.Gateway;
using Xunit;

namespace Pinacle.Web.Tests.Gateway;

public sealed class ReturnPathTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/a/b?c=d&e=//f")]
    [InlineData("/a//b")]
    public void A_path_of_the_same_host_is_kept(string path) => Assert.Equal(path, ReturnPath.Safe(path));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("\\\\evil.example")]
    [InlineData("/a\\b")]
    [InlineData("http://evil.example/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/\t/evil.example")]
    [InlineData("/a\r\nSet-Cookie: x=y")]
    public void Anything_that_may_lead_elsewhere_becomes_the_front_page(string? path) => Assert.Equal("/", ReturnPath.Safe(path));
}
