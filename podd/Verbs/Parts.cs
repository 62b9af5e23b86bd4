using Pinacle.Podd.Journal;

namespace Pinacle.Podd.Verbs;

/// <summary>podd's parts for a verb that is not the daemon.</summary>
internal static class Parts
{
    /// <summary>With the settings that the command line names.</summary>
    public static ServiceProvider Of(Invocation invocation)
    {
        var (configuration, options) = PoddConfiguration.Read(invocation.Maybe("config"));
        var services = new ServiceCollection();
        Quiet(services);
        Daemon.AddParts(services, options, configuration);
        return services.BuildServiceProvider();
    }

    /// <summary>Warnings go to standard error: a verb's output may be read by a program. What the checks find is the output itself.</summary>
    public static IServiceCollection Quiet(IServiceCollection services)
    {
        services.AddLogging(logging => logging.AddLines().SetMinimumLevel(LogLevel.Warning).AddFilter("Pinacle.Podd.Runsc", LogLevel.None).AddFilter("Pinacle.Podd.Network.Dns", LogLevel.None));
        return services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }
}
