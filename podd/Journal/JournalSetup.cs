using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging.Console;

namespace Pinacle.Podd.Journal;

/// <summary>How podd writes its log.</summary>
public static class JournalSetup
{
    /// <summary>To the console by <see cref="LineFormatter"/>, whatever formatter was chosen before.</summary>
    public static ILoggingBuilder AddLines(this ILoggingBuilder logging)
    {
        logging.AddConsole();
        logging.Services.AddSingleton<ConsoleFormatter>(_ => new LineFormatter(SystemdHelpers.IsSystemdService(), TimeProvider.System));
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.FormatterName = LineFormatter.FormatterName);
        return logging;
    }
}
