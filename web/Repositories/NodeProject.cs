using System.Text.Json;
using System.Text.RegularExpressions;
using Pinacle.Contracts;

namespace Pinacle.Web.Repositories;

/// <summary>A <c>package.json</c> with a <c>dev</c> or <c>start</c> script.</summary>
public static partial class NodeProject
{
    private const int DefaultPort = 3000;

    // Frameworks whose development server does not listen on 3000, and one that does but uses Vite.
    private static readonly (string Package, int Port)[] Ports = [("next", 3000), ("nuxt", 3000), ("astro", 4321), ("@angular/cli", 4200), ("vite", 5173)];

    /// <summary>Null when there is no script that would start something.</summary>
    /// <exception cref="WishException">The file is not JSON.</exception>
    public static RepositoryWishes? Read(FolderNames root, string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 32 });
            var scripts = Object(document.RootElement, "scripts");
            var (script, run) = Text(scripts, "dev") is { } dev ? (dev, "npm run dev") : (Text(scripts, "start"), "npm start");
            if (script is null)
                return null;
            return new RepositoryWishes
            {
                Source = "package.json",
                Setup = [new SetupStep("install", root.HasFile("package-lock.json") || root.HasFile("npm-shrinkwrap.json") ? "npm ci" : "npm install")],
                Services = [new ProposedService("web", Port(document.RootElement, script), run)],
            };
        }
        catch (JsonException exception)
        {
            throw new WishException("package.json", (exception.LineNumber ?? 0) + 1, (exception.BytePositionInLine ?? 0) + 1, "this is not JSON");
        }
    }

    private static int Port(JsonElement root, string script)
    {
        if (PortOption().Match(script) is { Success: true } match && int.TryParse(match.Groups["port"].ValueSpan, out var asked) && asked is > 0 and <= 65535)
            return asked;
        var found = Ports.FirstOrDefault(one => Text(Object(root, "dependencies"), one.Package) is not null || Text(Object(root, "devDependencies"), one.Package) is not null);
        return found.Package is null ? DefaultPort : found.Port;
    }

    private static JsonElement Object(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    [GeneratedRegex(@"(--port[= ]|\s-p )\s*(?<port>\d{1,5})\b", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex PortOption();
}
