using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Pinacle.Contracts;
using Pinacle.Podd.Commands;

namespace Pinacle.Podd.Journal;

/// <summary>One line an event: <c>PodTurns: cannot start pod 0198…: …</c>. For journald with its priority in front (sd-daemon(3)), which it takes away and stamps with a time; else with time and level. What was foreseen is a sentence; the stack of what was not stands in the same line.</summary>
public sealed class LineFormatter(bool forJournal, TimeProvider time) : ConsoleFormatter(LineFormatter.FormatterName)
{
    /// <summary>Its name among the console's formatters.</summary>
    public const string FormatterName = "line";

    // journald splits a line at 48 KiB, and what a program printed as errors has no end of its own.
    private const int Longest = 16_000;

    /// <inheritdoc/>
    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        ArgumentNullException.ThrowIfNull(textWriter);
        var text = new StringBuilder(logEntry.Category[(logEntry.Category.LastIndexOf('.') + 1)..]).Append(": ").Append(logEntry.Formatter(logEntry.State, null));
        // A message may have the exception's in it already.
        if (logEntry.Exception is { } error)
            text.Append(": ").Append(Describe(error));
        textWriter.Write(forJournal ? $"<{Priority(logEntry.LogLevel)}>" : string.Create(CultureInfo.InvariantCulture, $"{time.GetUtcNow():yyyy-MM-dd'T'HH:mm:ss.fff'Z'} {Word(logEntry.LogLevel)} "));
        WriteLine(text, textWriter);
    }

    // An expected kind of trouble is described by its sentences, down to the first cause; of any other the stack is needed, too.
    private static string Describe(Exception error)
    {
        if (!IsForeseen(error))
            return error.ToString();
        var words = error is FaultException { Fault.Detail: { Length: > 0 } detail } ? $"{error.Message} ({detail})" : error.Message;
        return error.InnerException is { } inner && !words.Contains(inner.Message, StringComparison.Ordinal) ? $"{words}: {Describe(inner)}" : words;
    }

    private static bool IsForeseen(Exception error) =>
        error is FaultException or HostCommandException or OperationCanceledException or IOException or SocketException or UnauthorizedAccessException or HttpRequestException or JsonException or TimeoutException;

    private static void WriteLine(StringBuilder text, TextWriter writer)
    {
        var cut = text.Length > Longest;
        if (cut)
            text.Length = Longest;
        foreach (var chunk in text.GetChunks())
        {
            foreach (var sign in chunk.Span)
                WriteSign(sign, writer);
        }
        writer.Write(cut ? " … (cut)\n" : "\n");
    }

    // What came from a pod or a caller must not end the line, nor colour the terminal of who reads it.
    private static void WriteSign(char sign, TextWriter writer)
    {
        switch (sign)
        {
            case '\n':
                writer.Write("\\n");
                break;
            case '\r':
                break;
            case '\t':
                writer.Write(' ');
                break;
            default:
                if (char.IsControl(sign) || sign is '\u2028' or '\u2029')
                    writer.Write(string.Create(CultureInfo.InvariantCulture, $"\\u{(int)sign:x4}"));
                else
                    writer.Write(sign);
                break;
        }
    }

    // syslog(3)
    private static int Priority(LogLevel level) => level switch
    {
        LogLevel.Critical => 2,
        LogLevel.Error => 3,
        LogLevel.Warning => 4,
        LogLevel.Information => 6,
        _ => 7,
    };

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Critical => "crit",
        LogLevel.Error => "fail",
        LogLevel.Warning => "warn",
        LogLevel.Information => "info",
        _ => "debug",
    };
}
