using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Pinacle.Contracts;
using Pinacle.Podd.Commands;
using Pinacle.Podd.Journal;
using Xunit;

namespace Pinacle.Podd.Tests.Journal;

public sealed class LineFormatterTests
{
    private const string Pod = "0198c100-0000-7000-8000-000000000001";

    [Theory]
    [InlineData(LogLevel.Critical, "<2>")]
    [InlineData(LogLevel.Error, "<3>")]
    [InlineData(LogLevel.Warning, "<4>")]
    [InlineData(LogLevel.Information, "<6>")]
    [InlineData(LogLevel.Debug, "<7>")]
    public void The_journal_gets_a_priority_who_speaks_and_the_event_and_no_number_of_it(LogLevel level, string priority) =>
        Assert.Equal($"{priority}PodTurns: adopted pod {Pod}\n", Line(true, level, $"adopted pod {Pod}"));

    [Fact]
    public void A_console_gets_time_and_level() =>
        Assert.Equal($"2026-11-25T22:30:01.500Z warn PodTurns: pod {Pod} died\n", Line(false, LogLevel.Warning, $"pod {Pod} died"));

    [Fact]
    public void A_fault_is_its_sentences_down_to_the_first_cause_without_a_stack()
    {
        var cause = new HostCommandException("ip", ["link", "add", "pv12"], 2, "RTNETLINK answers:\nFile exists\n", 0.01);
        var line = Line(true, LogLevel.Error, $"cannot start pod {Pod}", Thrown(new FaultException(FaultKind.Internal, "cannot attach pod demo", "slot 12", cause)));
        Assert.Equal($"<3>PodTurns: cannot start pod {Pod}: cannot attach pod demo (slot 12): cannot run ip link add pv12: exit code 2 after 0.01 s: RTNETLINK answers:\\nFile exists\n", line);
    }

    [Fact]
    public void What_nobody_foresaw_has_its_stack_in_the_same_line()
    {
        var line = Line(true, LogLevel.Error, $"cannot start pod {Pod}", Thrown(new InvalidOperationException("two of them")));
        Assert.Contains("System.InvalidOperationException: two of them\\n   at ", line, StringComparison.Ordinal);
        Assert.Contains(nameof(Thrown), line, StringComparison.Ordinal);
        Assert.Equal(line.Length - 1, line.IndexOf('\n', StringComparison.Ordinal));
    }

    [Fact]
    public void What_came_from_outside_ends_no_line_and_colours_no_terminal()
    {
        var line = Line(true, LogLevel.Information, "GET /a\r\n<2>podd: all is lost\t\u001b[31mred\u0085\u2028end");
        Assert.Equal("<6>PodTurns: GET /a\\n<2>podd: all is lost \\u001b[31mred\\u0085\\u2028end\n", line);
    }

    [Fact]
    public void A_line_has_an_end() => Assert.InRange(Line(true, LogLevel.Information, new string('x', 100_000)).Length, 16_000, 16_100);

    private static Exception Thrown(Exception error)
    {
        try
        {
            throw error;
        }
        catch (Exception caught)
        {
            return caught;
        }
    }

    private static string Line(bool forJournal, LogLevel level, string message, Exception? error = null)
    {
        var formatter = new LineFormatter(forJournal, new FakeTimeProvider(new DateTimeOffset(2026, 11, 25, 22, 30, 1, 500, TimeSpan.Zero)));
        using var written = new StringWriter();
        formatter.Write(new LogEntry<string>(level, "Pinacle.Podd.Pods.PodTurns", new EventId(1234, "Failed"), message, error, (state, _) => state), null, written);
        return written.ToString();
    }
}
