using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Pinacle.Web.Tests.Stand;
using Xunit;

namespace Pinacle.Web.Tests.Pages;

/// <summary>A person with a browser that runs no scripts: follows links and sends forms as they stand on the page.</summary>
public sealed class Visitor : IDisposable
{
    private readonly HttpClient client;
    private readonly HtmlParser parser = new();

    public Visitor(WebCopy web)
    {
        client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, CookieContainer = new CookieContainer() })
        {
            BaseAddress = web.ClientOptions.BaseAddress,
        };
        client.DefaultRequestHeaders.Host = "pinacle.localhost";
    }

    /// <summary>The last answer.</summary>
    public HttpResponseMessage Answer { get; private set; } = new();

    /// <summary>Where the last page was found, after redirects.</summary>
    public string Path { get; private set; } = "/";

    /// <summary>Signs in through the form.</summary>
    public static async Task<Visitor> SignedIn(WebCopy web, string login)
    {
        var visitor = new Visitor(web);
        var page = await visitor.Open("/sign-in");
        await visitor.Send(page, "main form", ("login", login));
        Assert.Equal("/", visitor.Path);
        return visitor;
    }

    public Task<IHtmlDocument> Open(string path) => Go(new HttpRequestMessage(HttpMethod.Get, path));

    /// <summary>Sends a form of a page, with its hidden and filled-in fields.</summary>
    public Task<IHtmlDocument> Send(IHtmlDocument page, string form, params (string Name, string Value)[] typed) => Go(Filled(page, form, typed));

    /// <summary>The same, as htmx does: not followed, parts of a page.</summary>
    public async Task<IHtmlDocument> SendByHtmx(IHtmlDocument page, string form, params (string Name, string Value)[] typed)
    {
        using var request = Filled(page, form, typed);
        request.Headers.Add("HX-Request", "true");
        Answer = await client.SendAsync(request);
        return await parser.ParseDocumentAsync(await Answer.Content.ReadAsStringAsync());
    }

    /// <summary>Posts without any page before.</summary>
    public Task<IHtmlDocument> Post(string path, params (string Name, string Value)[] fields) =>
        Go(new HttpRequestMessage(HttpMethod.Post, path) { Content = Fields(fields) });

    /// <summary>Opens a live stream.</summary>
    public async Task<StreamReader> Listen(string path, CancellationToken cancellationToken)
    {
        Answer = await client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        return new StreamReader(await Answer.Content.ReadAsStreamAsync(cancellationToken));
    }

    public void Dispose() => client.Dispose();

    private static FormUrlEncodedContent Fields(IEnumerable<(string Name, string Value)> fields) =>
        new(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));

    private static HttpRequestMessage Filled(IHtmlDocument page, string selector, (string Name, string Value)[] typed)
    {
        var form = Assert.IsAssignableFrom<IHtmlFormElement>(page.QuerySelector(selector));
        var standing = form.QuerySelectorAll<IHtmlInputElement>("input[name]")
            .Where(input => (input.Type != "radio" || input.IsChecked) && !Array.Exists(typed, field => field.Name == input.Name))
            .Select(input => (input.Name!, input.Value));
        return new HttpRequestMessage(HttpMethod.Post, form.GetAttribute("action")) { Content = Fields(standing.Concat(typed)) };
    }

    private async Task<IHtmlDocument> Go(HttpRequestMessage request)
    {
        using (request)
            Answer = await client.SendAsync(request);
        Path = request.RequestUri!.ToString();
        for (var hops = 0; hops < 5 && Answer.Headers.Location is { } next; hops++)
        {
            Path = next.IsAbsoluteUri ? next.PathAndQuery : next.ToString();
            Answer = await client.GetAsync(Path);
        }

        return await parser.ParseDocumentAsync(await Answer.Content.ReadAsStringAsync());
    }
}
