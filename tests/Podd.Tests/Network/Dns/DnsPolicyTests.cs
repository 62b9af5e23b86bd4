using System.Net;
using System.Text;
using Microsoft.Extensions.Options;
using Pinacle.Podd.Network;
using Pinacle.Podd.Network.Dns;
using Xunit;

namespace Pinacle.Podd.Tests.Network.Dns;

public sealed class DnsPolicyTests
{
    private readonly DnsPolicy _policy;

    public DnsPolicyTests()
    {
        var options = Options.Create(NetworkOptionsTests.Bind(("Allow:0", "10.20.0.0/16")));
        _policy = new DnsPolicy(options, new AddressPlan(options));
    }

    [Theory]
    [InlineData("203.0.113.7", true)]
    [InlineData("192.0.2.1", true)]
    [InlineData("8.8.8.8", true)]
    [InlineData("10.20.3.4", true)]
    [InlineData("10.21.3.4", false)]
    [InlineData("172.16.0.1", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("198.18.0.53", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("2606:4700::1", true)]
    [InlineData("::1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("::ffff:203.0.113.7", true)]
    [InlineData("64:ff9b::7f00:1", false)]
    public void Pods_learn_of_public_addresses_and_of_those_that_the_operator_allows(string address, bool permitted) =>
        Assert.Equal(permitted, _policy.Permits(IPAddress.Parse(address)));

    [Fact]
    public void One_private_address_among_public_ones_spoils_the_answer_and_the_reason_is_told()
    {
        Assert.True(DnsQuery.TryRead(Packet.Query("rebind.example", 1, size: 1232), out var query, out _));
        var answer = Packet.Answer(query!.ToUpstream(9), 0x8180, IPAddress.Parse("203.0.113.5"), IPAddress.Parse("127.0.0.1"));
        var reply = _policy.Judge(query, DnsAnswer.Read(answer, query, 9)!);
        Assert.Equal((3, 0), (Packet.Code(reply), Packet.AnswerCount(reply)));
        Assert.Contains("127.0.0.1 is not a public address", Encoding.UTF8.GetString(reply), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("example", 28, 0)]
    [InlineData("example", 65, 0)]
    [InlineData("254.169.254.169.in-addr.arpa", 12, 3)]
    [InlineData("168.192.in-addr.arpa", 12, 3)]
    [InlineData("_services.168.192.in-addr.arpa", 12, 3)]
    public void Some_questions_are_answered_without_asking_anybody(string name, ushort type, int code)
    {
        Assert.True(DnsQuery.TryRead(Packet.Query(name, type), out var query, out _));
        var reply = _policy.AnswerAlone(query!);
        Assert.NotNull(reply);
        Assert.Equal((code, 0), (Packet.Code(reply), Packet.AnswerCount(reply)));
    }

    [Theory]
    [InlineData("example", 1)]
    [InlineData("8.8.8.8.in-addr.arpa", 12)]
    [InlineData("4.3.20.10.in-addr.arpa", 12)]
    [InlineData("1.2.3.4.5.in-addr.arpa", 12)]
    public void The_others_are_asked_on(string name, ushort type)
    {
        Assert.True(DnsQuery.TryRead(Packet.Query(name, type), out var query, out _));
        Assert.Null(_policy.AnswerAlone(query!));
    }
}
