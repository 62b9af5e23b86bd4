using System.Net;
using Pinacle.Podd.Network.Dns;
using Xunit;

namespace Pinacle.Podd.Tests.Network.Dns;

public sealed class DnsMessageTests
{
    [Fact]
    public void A_question_is_read_and_asked_on_with_nothing_else_of_the_pods()
    {
        var packet = Packet.Query("Registry.Example", 1, size: 4096);
        Assert.True(DnsQuery.TryRead(packet, out var query, out var code));
        Assert.Equal(DnsCode.None, code);
        Assert.Equal(("registry.example", (ushort)1, (ushort)0x1234), (query!.Name, query.Type, query.Id));
        Assert.Equal(1232, query.UdpLimit);

        var asked = query.ToUpstream(7);
        Assert.True(DnsQuery.TryRead(asked, out var again, out _));
        Assert.Equal(7, again!.Id);
        Assert.Equal(1232, again.AnswerSize);
        Assert.Equal(query.Question, again.Question);
    }

    [Theory]
    [InlineData(252, DnsCode.Refused)]
    [InlineData(255, DnsCode.Refused)]
    [InlineData(0, DnsCode.Refused)]
    public void Transfers_and_questions_for_everything_are_refused(ushort type, object code)
    {
        Assert.False(DnsQuery.TryRead(Packet.Query("example", type), out _, out var refused));
        Assert.Equal(code, refused);
    }

    [Fact]
    public void An_answer_is_never_answered()
    {
        var packet = Packet.Query("example", 1);
        packet[2] |= 0x80;
        Assert.False(DnsQuery.TryRead(packet, out _, out var code));
        Assert.Null(code);
    }

    [Fact]
    public void A_name_that_points_at_itself_or_runs_out_of_the_packet_is_malformed()
    {
        var loop = new Packet().UInt16(1).UInt16(0x0100).UInt16(1).UInt16(0).UInt16(0).UInt16(0).UInt16(0xC00C).UInt16(1).UInt16(1).ToArray();
        Assert.False(DnsQuery.TryRead(loop, out _, out var code));
        Assert.Equal(DnsCode.FormatError, code);

        var cut = Packet.Query("example", 1)[..^6];
        Assert.False(DnsQuery.TryRead(cut, out _, out code));
        Assert.Equal(DnsCode.FormatError, code);

        var tooLong = Packet.Query(string.Join('.', Enumerable.Repeat(new string('a', 63), 5)), 1);
        Assert.False(DnsQuery.TryRead(tooLong, out _, out code));
        Assert.Equal(DnsCode.FormatError, code);
    }

    [Fact]
    public void An_answer_to_another_question_or_number_is_none()
    {
        Assert.True(DnsQuery.TryRead(Packet.Query("example", 1), out var query, out _));
        Assert.True(DnsQuery.TryRead(Packet.Query("exemple", 1), out var other, out _));
        var answer = Packet.Answer(query!.ToUpstream(9), 0x8180, IPAddress.Parse("203.0.113.5"));
        Assert.Equal("203.0.113.5", Assert.Single(DnsAnswer.Read(answer, query, 9)!.Addresses).ToString());
        Assert.Null(DnsAnswer.Read(answer, query, 10));
        Assert.Null(DnsAnswer.Read(answer, other!, 9));
    }

    [Fact]
    public void The_answer_section_reaches_the_pod_as_it_came()
    {
        Assert.True(DnsQuery.TryRead(Packet.Query("example", 1, size: 512), out var query, out _));
        var answer = Packet.Answer(query!.ToUpstream(9), 0x8180, IPAddress.Parse("203.0.113.5"), IPAddress.Parse("203.0.113.6"));
        var reply = DnsReply.From(query, DnsAnswer.Read(answer, query, 9)!);
        Assert.Equal(0x12, reply[0]);
        Assert.Equal(2, Packet.AnswerCount(reply));
        Assert.Equal(answer[12..], reply[12..^11]);
    }

    [Fact]
    public void No_bytes_whatever_make_the_reader_throw()
    {
        var random = new Random(20240729);
        Assert.True(DnsQuery.TryRead(Packet.Query("example.test", 1, size: 4096), out var query, out _));
        var good = Packet.Answer(query!.ToUpstream(9), 0x8180, IPAddress.Parse("203.0.113.5"), IPAddress.IPv6Loopback);
        for (var round = 0; round < 200_000; round++)
        {
            byte[] packet;
            if (round % 2 == 0)
            {
                packet = new byte[random.Next(80)];
                random.NextBytes(packet);
            }
            else
            {
                packet = [.. good];
                for (var flips = random.Next(1, 6); flips > 0; flips--)
                    packet[random.Next(packet.Length)] = (byte)random.Next(256);
                packet = packet[..random.Next(packet.Length + 1)];
            }

            if (DnsQuery.TryRead(packet, out var read, out var code))
                Assert.NotEmpty(read!.ToUpstream(1));
            else if (code is { } known)
                Assert.Equal(12, DnsReply.ToUnreadable(packet, known).Length);
            _ = DnsAnswer.Read(packet, query, 9);
        }
    }
}
