using Pinacle.Web.Gateway;
using Xunit;

namespace Pinacle.Web.Tests.Gateway;

public sealed class ServiceLabelTests
{
    private const string Letters = "abz09-";

    [Theory]
    [InlineData("web-demo-alice", "web", "demo", "alice")]
    [InlineData("5173-demo-alice", "5173", "demo", "alice")]
    [InlineData("65535-d-a", "65535", "d", "a")]
    [InlineData("web-demo-alice-of-the-hills", "web", "demo", "alice-of-the-hills")]
    [InlineData("a-b-c--0123456789ab", "a", "b", "c--0123456789ab")]
    [InlineData("WEB-Demo-Alice", "web", "demo", "alice")]
    public void A_label_names_service_pod_and_user(string text, string service, string pod, string user) =>
        Assert.Equal(new ServiceLabel(service, pod, user), ServiceLabel.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("web")]
    [InlineData("web-demo")]
    [InlineData("web-demo-")]
    [InlineData("-demo-alice")]
    [InlineData("web--alice")]
    [InlineData("0-demo-alice")]
    [InlineData("080-demo-alice")]
    [InlineData("65536-demo-alice")]
    [InlineData("99999-demo-alice")]
    [InlineData("1web-demo-alice")]
    [InlineData("web-1demo-alice")]
    [InlineData("web-demo-alice-")]
    [InlineData("web-demo--alice")]
    [InlineData("wéb-demo-alice")]
    [InlineData("web-demo-alice\n")]
    [InlineData("web_x-demo-alice")]
    [InlineData("abcdefghijklmnop-demo-alice")]
    [InlineData("web-abcdefghijklmnopqrstu-alice")]
    [InlineData("web-demo-abcdefghijklmnopqrstuvwxyza")]
    [InlineData("a.web-demo-alice")]
    public void What_is_not_of_the_grammar_is_no_label(string text) => Assert.Null(ServiceLabel.Parse(text));

    [Fact]
    public void The_longest_label_is_63_characters_and_is_taken()
    {
        var label = new ServiceLabel(new string('s', 15), new string('p', 20), new string('u', 26));
        Assert.Equal(63, label.ToString().Length);
        Assert.Equal(label, ServiceLabel.Parse(label.ToString()));
    }

    [Fact]
    public void Two_triples_never_share_a_label()
    {
        var random = new Random(20261124);
        var seen = new Dictionary<string, ServiceLabel>(StringComparer.Ordinal);
        var taken = 0;
        for (var i = 0; i < 200_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(3, 14)).Select(_ => Letters[random.Next(Letters.Length)]));
            if (ServiceLabel.Parse(text) is not { } label)
                continue;
            taken++;
            Assert.Equal(text, label.ToString());
            Assert.True(seen.TryAdd(text, label) || seen[text] == label);
        }

        Assert.True(taken > 1000, $"only {taken} strings were labels");
        Assert.Equal(seen.Count, seen.Values.Distinct().Count());
    }
}
