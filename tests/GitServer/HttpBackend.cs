using System.Globalization;
using System.Text;
using CliWrap;

namespace Pinacle.GitServer;

/// <summary>Runs <c>git http-backend</c> (a CGI program, RFC 3875) for one request.</summary>
public sealed class HttpBackend(string root)
{
    /// <summary>Answers with what the program says: header lines, an empty line, the body.</summary>
    public async Task Answer(HttpContext context)
    {
        var request = context.Request;
        using var output = new MemoryStream();
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["GIT_PROJECT_ROOT"] = root,
            ["GIT_HTTP_EXPORT_ALL"] = "1",
            ["PATH_INFO"] = request.Path.Value,
            ["QUERY_STRING"] = request.QueryString.Value?.TrimStart('?'),
            ["REQUEST_METHOD"] = request.Method,
            ["CONTENT_TYPE"] = request.ContentType,
            ["CONTENT_LENGTH"] = request.ContentLength?.ToString(CultureInfo.InvariantCulture),
            ["HTTP_CONTENT_ENCODING"] = request.Headers.ContentEncoding,
            ["HTTP_GIT_PROTOCOL"] = request.Headers["Git-Protocol"],
            // The repositories belong to whoever ran the test, not to the user that this runs as.
            ["GIT_CONFIG_COUNT"] = "1",
            ["GIT_CONFIG_KEY_0"] = "safe.directory",
            ["GIT_CONFIG_VALUE_0"] = "*",
        };
        await Cli.Wrap("git")
            .WithArguments(["http-backend"])
            .WithEnvironmentVariables(environment)
            .WithStandardInputPipe(PipeSource.FromStream(request.Body))
            .WithStandardOutputPipe(PipeTarget.ToStream(output))
            .ExecuteAsync(context.RequestAborted);
        await Send(context.Response, output.GetBuffer().AsMemory(0, (int)output.Length), context.RequestAborted);
    }

    private static async Task Send(HttpResponse response, ReadOnlyMemory<byte> answer, CancellationToken cancellationToken)
    {
        var end = answer.Span.IndexOf("\r\n\r\n"u8);
        foreach (var line in Encoding.ASCII.GetString(answer.Span[..end]).Split("\r\n"))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var (name, value) = (line[..colon], line[(colon + 1)..].Trim());
            if (name.Equals("Status", StringComparison.OrdinalIgnoreCase))
                response.StatusCode = int.Parse(value.AsSpan(0, 3), CultureInfo.InvariantCulture);
            else
                response.Headers[name] = value;
        }
        await response.Body.WriteAsync(answer[(end + 4)..], cancellationToken);
    }
}
