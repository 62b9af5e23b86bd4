using System.Text.Encodings.Web;
using Pinacle.Web.Accounts;

namespace Pinacle.Web.Gateway;

/// <summary>The gateway's own answers on a service's host: a small page for people, a line of text for programs.</summary>
public static class GatewayPage
{
    // Longer than a wake: whoever asks in a loop finds it awake if somebody has opened it meanwhile.
    private const int RetryAsleepSeconds = 10;

    /// <summary>Answers with a page of its own.</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">HTTP status.</param>
    /// <param name="title">What is the matter, in a few words.</param>
    /// <param name="text">The rest, as plain text.</param>
    /// <param name="link">A way on, on the main site; null for none.</param>
    /// <param name="refresh">Seconds until the page asks again; null for never.</param>
    public static Task Write(HttpContext context, int status, string title, string text, string? link = null, int? refresh = null) =>
        Write(context, status, title, text, link is null ? [] : [("Open the pod's page", link)], refresh);

    /// <summary>Answers a request that may not wake its pod: what a forgotten tab asks by itself would keep the pod awake for ever. A person wakes it by the link.</summary>
    /// <param name="context">The request.</param>
    /// <param name="pod">The pod's name.</param>
    /// <param name="link">The pod's page.</param>
    public static Task WriteAsleep(HttpContext context, string pod, string link)
    {
        context.Response.OnStarting(() =>
        {
            context.Response.Headers.RetryAfter = RetryAsleepSeconds.ToString();
            return Task.CompletedTask;
        });
        return Write(context, StatusCodes.Status503ServiceUnavailable, $"{pod} is asleep", "It comes back with everything that ran in it when somebody opens it.", [("Open", ReturnPath.Safe($"{context.Request.Path}{context.Request.QueryString}")), ("The pod's page", link)], refresh: null);
    }

    /// <summary>Answers a person whose pod comes back while they look: the page asks again in a second.</summary>
    /// <param name="context">The request.</param>
    /// <param name="pod">The pod's name.</param>
    /// <param name="link">The pod's page.</param>
    public static Task WriteWaking(HttpContext context, string pod, string link) =>
        Write(context, StatusCodes.Status503ServiceUnavailable, $"{pod} is waking", "It comes back with everything that ran in it. This page opens it as soon as it is there.", [("The pod's page", link)], refresh: 1);

    /// <summary>Answers with what is wrong now and may be well soon; once nobody waits any more, with a way to try again.</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">HTTP status.</param>
    /// <param name="title">What is the matter, in a few words.</param>
    /// <param name="text">The rest, as plain text.</param>
    /// <param name="link">The pod's page.</param>
    /// <param name="refresh">Seconds until the page asks again; null when it has asked often enough.</param>
    public static Task WriteTrouble(HttpContext context, int status, string title, string text, string link, int? refresh) => Write(
        context, status, title, refresh is null ? text : $"{text}\nThis page asks again by itself.",
        refresh is null ? [("Try again", ReturnPath.Safe($"{context.Request.Path}{context.Request.QueryString}")), ("Open the pod's page", link)] : [("Open the pod's page", link)], refresh);

    /// <summary>Answers in the middle of a long hand-over: the browser goes on by itself.</summary>
    /// <param name="context">The request.</param>
    /// <param name="pod">The pod's name.</param>
    /// <param name="url">Where to.</param>
    public static Task WriteOnward(HttpContext context, string pod, string url)
    {
        // What was set by now belongs to the answer: this page begins with an empty one.
        var cookies = context.Response.Headers.SetCookie;
        context.Response.OnStarting(() =>
        {
            context.Response.Headers.SetCookie = cookies;
            context.Response.Headers["Refresh"] = "0;url=" + url;
            return Task.CompletedTask;
        });
        return Write(context, StatusCodes.Status200OK, $"Opening {pod}", "It has many services, and this browser is let in to each.", [("Go on", url)], refresh: null);
    }

    private static async Task Write(HttpContext context, int status, string title, string text, IReadOnlyList<(string Text, string Link)> ways, int? refresh)
    {
        var response = context.Response;
        if (response.HasStarted)
        {
            context.Abort();
            return;
        }
        response.Clear();
        response.StatusCode = status;
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        if (refresh is { } seconds)
            response.Headers.RetryAfter = seconds.ToString();
        if (!IsNavigation(context.Request))
        {
            response.ContentType = "text/plain; charset=utf-8";
            await response.WriteAsync($"{title}: {text}\n", context.RequestAborted);
            return;
        }
        var nonce = Secret.Make();
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.ContentSecurityPolicy = $"default-src 'none'; style-src 'nonce-{nonce}'; base-uri 'none'; form-action 'none'";
        if (refresh is not null)
            response.Headers["Refresh"] = refresh.Value.ToString();
        var encoder = HtmlEncoder.Default;
        var way = string.Concat(ways.Select(each => $"<p><a href=\"{encoder.Encode(each.Link)}\">{encoder.Encode(each.Text)}</a></p>"));
        await response.WriteAsync(
            $$"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{encoder.Encode(title)}}</title>
            <style nonce="{{nonce}}">
              :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
              main { max-width: 34rem; margin: 18vh auto 0; padding: 0 1.5rem }
              h1 { font-size: 1.35rem; margin: 0 0 .5rem }
              p { margin: .5rem 0; white-space: pre-line; overflow-wrap: anywhere; opacity: .85 }
              small { opacity: .6 }
            </style></head>
            <body><main><h1>{{encoder.Encode(title)}}</h1><p>{{encoder.Encode(text)}}</p>{{way}}<small>Pinacle</small></main></body></html>
            """,
            context.RequestAborted);
    }

    /// <summary>True when a person looks at the answer: a browser's navigation.</summary>
    public static bool IsNavigation(HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        && (request.Headers["Sec-Fetch-Mode"].ToString() is { Length: > 0 } mode ? mode == "navigate" : request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase));
}
