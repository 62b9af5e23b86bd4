using System.Text.Json;
using Pinacle.Contracts;
using Pinacle.Web.Pods;

namespace Pinacle.Web.Repositories;

/// <summary>The part of a <c>devcontainer.json</c> that means something here: ports, commands and environment. The rest is others' and is passed over.</summary>
public static class Devcontainer
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 16 };

    /// <summary>Reads the file's text.</summary>
    /// <exception cref="WishException">The file is not JSON with comments.</exception>
    public static RepositoryWishes Read(string source, string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, Lenient);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                throw new WishException(source, 1, 1, "an object is expected here");
            return new RepositoryWishes
            {
                Source = source,
                Setup = [.. Commands(root, "postCreateCommand").Select(command => new SetupStep("install", command))],
                Services = Services(root),
                Environment = Environment(source, root),
            };
        }
        catch (JsonException exception)
        {
            throw new WishException(source, (exception.LineNumber ?? 0) + 1, (exception.BytePositionInLine ?? 0) + 1, "this is not JSON");
        }
    }

    private static List<ProposedService> Services(JsonElement root)
    {
        var start = string.Join(" & ", Commands(root, "postStartCommand"));
        var services = new List<ProposedService>();
        if (!root.TryGetProperty("forwardPorts", out var ports) || ports.ValueKind != JsonValueKind.Array)
            return services;
        foreach (var port in ports.EnumerateArray().Take(32).Select(Port).Where(port => port is > 0 and <= 65535 && port != GuestProtocol.Port).Distinct())
        {
            var name = Label(root, port) is { } label && services.TrueForAll(one => one.Name != label) ? label : services.Count == 0 ? "web" : $"port{port}";
            services.Add(new ProposedService(name, port, services.Count == 0 && start.Length > 0 ? start : null));
        }

        return services;
    }

    /// <summary>A number, or <c>host:port</c> of the container itself.</summary>
    private static int Port(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Number when element.TryGetInt32(out var number) => number,
        JsonValueKind.String when int.TryParse(element.GetString()!.Split(':')[^1], out var number) => number,
        _ => 0,
    };

    private static string? Label(JsonElement root, int port)
    {
        if (!root.TryGetProperty("portsAttributes", out var all) || all.ValueKind != JsonValueKind.Object
            || !all.TryGetProperty(port.ToString(), out var one) || one.ValueKind != JsonValueKind.Object
            || !one.TryGetProperty("label", out var label) || label.ValueKind != JsonValueKind.String)
            return null;
        var name = new string([.. label.GetString()!.ToLowerInvariant().Where(char.IsAsciiLetterOrDigit).Take(ServiceName.MaxLength)]);
        return ServiceName.Problem(name) is null ? name : null;
    }

    /// <summary>A command is a shell line, a list of words, or an object of either.</summary>
    private static IEnumerable<string> Commands(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) ? Commands(value).Where(command => command.Trim().Length > 0 && command.Length <= 4096).Take(16) : [];

    private static IEnumerable<string> Commands(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => [value.GetString()!],
        JsonValueKind.Array => [string.Join(' ', value.EnumerateArray().Where(word => word.ValueKind == JsonValueKind.String).Select(word => Quoted(word.GetString()!)))],
        JsonValueKind.Object => value.EnumerateObject().Where(one => one.Value.ValueKind != JsonValueKind.Object).SelectMany(one => Commands(one.Value)),
        _ => [],
    };

    private static string Quoted(string word) => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static Dictionary<string, string> Environment(string source, JsonElement root)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!root.TryGetProperty("containerEnv", out var given) || given.ValueKind != JsonValueKind.Object)
            return environment;
        foreach (var one in given.EnumerateObject().Where(one => one.Value.ValueKind == JsonValueKind.String))
            environment[one.Name] = one.Value.GetString()!;
        return EnvironmentNames.Problem(environment) is { } problem ? throw new WishException(source, null, null, $"containerEnv: {problem}") : environment;
    }
}
