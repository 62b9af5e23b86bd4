namespace Pinacle.Podd;

/// <summary>Reads <see cref="PoddOptions"/>: the file, then environment variables over it.</summary>
public static class PoddConfiguration
{
    private const string DefaultFile = "/etc/podd/podd.json";

    /// <summary>The settings by name, and the options made of them.</summary>
    /// <param name="file">Null for the default place, where the file may be missing.</param>
    /// <exception cref="UsageException">An option is wrong; the message says which.</exception>
    public static (IConfiguration Configuration, PoddOptions Options) Read(string? file)
    {
        if (file is not null && !File.Exists(file))
            throw new UsageException($"there is no configuration at {file}");
        var fromFile = new ConfigurationBuilder().AddJsonFile(Path.GetFullPath(file ?? DefaultFile), optional: true).Build();
        // The settings may stand in a section of their own, beside "Logging".
        var configuration = new ConfigurationBuilder()
            .AddConfiguration(fromFile.GetSection("Podd") is { } section && section.Exists() ? section : fromFile)
            .AddEnvironmentVariables("PODD__")
            .Build();
        var options = new PoddOptions();
        configuration.Bind(options);
        return options.Problem() is { } problem ? throw new UsageException(problem) : (configuration, options);
    }
}
