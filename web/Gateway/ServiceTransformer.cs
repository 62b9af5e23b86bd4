using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Pinacle.Web.Pods;
using Yarp.ReverseProxy.Forwarder;

namespace Pinacle.Web.Gateway;

/// <summary>What an app sees of a request and what a browser sees of its answer. Development servers refuse any host but localhost, so the app is told <c>localhost:{port}</c> in Host, Origin and Referer, and what it says of itself is mapped back.</summary>
internal sealed class ServiceTransformer(PodRoute pod, ServiceRoute service, Visitor? visitor, string origin, Asker asker, IdentityTokens tokens, Action begun) : HttpTransformer
{
    // As it is configured: whoever asks may write any port behind the name.
    private readonly string _public = new Uri(origin).Authority;
    private static readonly HashSet<string> Kept = new(StringComparer.OrdinalIgnoreCase) { "close", "keep-alive", "upgrade", "host", "content-length", "transfer-encoding", "content-type", "cookie", "origin" };
    private readonly string _local = $"localhost:{service.Port}";

    public override async ValueTask TransformRequestAsync(HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        DropOfConnection(httpContext.Request.Headers);
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
        PodTransport.Aim(proxyRequest, pod, service, asker);
        proxyRequest.RequestUri = AsItCame(httpContext, destinationPrefix);
        var headers = proxyRequest.Headers;
        // NonValidated: only names are asked for, and each value would be parsed.
        foreach (var name in headers.NonValidated.Select(header => header.Key).Where(IsDropped).ToList())
            headers.Remove(name);
        StripCookies(headers);
        var isPublic = service.Host == ServiceHostName.Public;
        headers.Host = isPublic ? _public : _local;
        if (!isPublic)
        {
            Rewrite(headers, "Origin", value => value.Equals(origin, StringComparison.OrdinalIgnoreCase) ? "http://" + _local : value);
            Rewrite(headers, "Referer", value => value.StartsWith(origin + "/", StringComparison.OrdinalIgnoreCase) ? "http://" + _local + value[origin.Length..] : value);
        }
        headers.TryAddWithoutValidation("X-Forwarded-Host", _public);
        headers.TryAddWithoutValidation("X-Forwarded-Proto", origin[..origin.IndexOf(':', StringComparison.Ordinal)]);
        headers.TryAddWithoutValidation("X-Forwarded-For", Plain(httpContext.Connection.RemoteIpAddress));
        if (service.Access == ServiceAccess.Public || visitor is null)
            return;
        headers.TryAddWithoutValidation("X-Pinacle-User", visitor.Login);
        headers.TryAddWithoutValidation("X-Pinacle-Token", await tokens.Of(visitor, origin, cancellationToken));
    }

    public override async ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        begun();
        if (!await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken))
            return false;
        var headers = httpContext.Response.Headers;
        if (service.Host == ServiceHostName.Localhost)
        {
            headers.Location = Public(headers.Location);
            headers.AccessControlAllowOrigin = Public(headers.AccessControlAllowOrigin);
        }
        if (headers.SetCookie.Count > 0)
            headers.SetCookie = headers.SetCookie.Where(cookie => !PodCookie.IsOurs(NameOf(cookie ?? ""))).Select(WithoutDomain).ToArray();
        return true;
    }

    // The path byte by byte: decoding and encoding it again would change some (%2F, %5B, //), and apps tell them apart.
    private static Uri? AsItCame(HttpContext context, string destination) => context.Features.Get<IHttpRequestFeature>()?.RawTarget is ['/', ..] raw
        ? new Uri(destination.TrimEnd('/') + raw, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true })
        : null;

    private static string? Plain(IPAddress? address) => (address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address)?.ToString();

    // "_" reads as "-" in many servers' environment, so both spellings go.
    private static bool IsDropped(string name)
    {
        var spelled = name.Replace('_', '-');
        return spelled.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase)
            || spelled.StartsWith("X-Original-", StringComparison.OrdinalIgnoreCase)
            || spelled.StartsWith("X-Pinacle-", StringComparison.OrdinalIgnoreCase)
            || spelled.Equals("Forwarded", StringComparison.OrdinalIgnoreCase)
            || spelled.Equals("X-Real-IP", StringComparison.OrdinalIgnoreCase)
            || spelled.Equals(GatewayRequest.ProgramHeader, StringComparison.OrdinalIgnoreCase);
    }

    // What Connection names is for this hop only (RFC 9110, section 7.6.1). YARP knows the usual ones; the rest goes before it copies.
    // Beside "close" or "keep-alive" Kestrel forgets what else the header named.
    private static void DropOfConnection(IHeaderDictionary headers)
    {
        foreach (var name in headers.Connection.ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            // Nobody takes from a request what it is known by, or what tells where it ends.
            if (!Kept.Contains(name))
                headers.Remove(name);
        }
    }

    private static void StripCookies(HttpRequestHeaders headers)
    {
        if (!headers.NonValidated.TryGetValues("Cookie", out var values))
            return;
        var kept = values.SelectMany(value => value.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .Where(pair => !PodCookie.IsOurs(NameOf(pair)))
            .ToList();
        headers.Remove("Cookie");
        if (kept.Count > 0)
            headers.TryAddWithoutValidation("Cookie", string.Join("; ", kept));
    }

    // Browsers read "=name=value" as a cookie without a name and send it back as "name=value".
    private static ReadOnlySpan<char> NameOf(string cookie)
    {
        var text = cookie.AsSpan().TrimStart([' ', '\t', '=']);
        return text.IndexOfAny('=', ';') is >= 0 and var end ? text[..end] : text;
    }

    // What the app says of itself as localhost is this service for everybody else.
    private StringValues Public(StringValues url)
    {
        if (url.Count == 0)
            return url;
        var text = url.ToString();
        foreach (var local in (string[])["http://" + _local, "https://" + _local, "//" + _local, $"http://127.0.0.1:{service.Port}"])
        {
            if (text.StartsWith(local, StringComparison.OrdinalIgnoreCase) && (text.Length == local.Length || text[local.Length] is '/' or '?' or '#'))
                return origin + text[local.Length..];
        }
        return url;
    }

    // A domain that the app knows is not the browser's; and without one the cookie is for this service's host only.
    private static string? WithoutDomain(string? cookie) =>
        cookie is null ? null : string.Join(';', cookie.Split(';').Where((part, index) => index == 0 || !part.Split('=', 2)[0].Trim().Equals("domain", StringComparison.OrdinalIgnoreCase)));

    private static void Rewrite(HttpRequestHeaders headers, string name, Func<string, string> map)
    {
        if (!headers.NonValidated.TryGetValues(name, out var values))
            return;
        var value = string.Join(',', values);
        headers.Remove(name);
        headers.TryAddWithoutValidation(name, map(value));
    }
}
