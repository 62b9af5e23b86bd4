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
        try
        {
            var fromFile = new ConfigurationBuilder().AddJsonFile(Path.GetFullPath(file ?? DefaultFile), optional: true).Build();
            // The settings may stand in a section of their own, beside "Logging".
            var configuration = new ConfigurationBuilder()
                .AddConfiguration(fromFile.GetSection("Podd") is { } section && section.Exists() ? section : fromFile)
                .AddEnvironmentVariables("PODD__")
                .Build();
            var options = new PoddOptions();
            // A mistyped name that was passed over would leave its default in force, and nobody would know.
            configuration.Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);
            return options.Problem() is { } problem ? throw new UsageException(problem) : (configuration, options);
        }
        catch (Exception error) when (error is InvalidDataException or InvalidOperationException)
        {
            throw new UsageException($"cannot read {file ?? DefaultFile} with PODD__NAME of the environment over it: {Reason(error)}");
        }
    }

    // The binder's sentence about itself ends in the names that it does not know; the JSON parser's is the innermost.
    private static string Reason(Exception error)
    {
        var message = error.GetBaseException().Message;
        return message.Contains(nameof(BinderOptions.ErrorOnUnknownConfiguration), StringComparison.Ordinal)
            ? $"podd has no option {message[(message.LastIndexOf(": ", StringComparison.Ordinal) + 2)..]}"
            : message;
    }
}
