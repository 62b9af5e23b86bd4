using System.Globalization;

namespace Pinacle.Browser.Tests.Stack;

/// <summary>A pod of alice's that runs one file of <c>Apps</c> with Node, for as long as a test needs it.</summary>
public sealed class AppPod : IAsyncDisposable
{
    private AppPod(string name, Api api) => (Name, Api) = (name, api);

    public string Name { get; }

    /// <summary>Alice's API.</summary>
    public Api Api { get; }

    /// <summary>Makes it, and waits until its services answer.</summary>
    /// <param name="stack">The product.</param>
    /// <param name="name">The pod's name.</param>
    /// <param name="app">File in <c>Apps</c>; it listens on <c>PORT</c>.</param>
    /// <param name="services">The services that run it, from port 8080 on.</param>
    public static async Task<AppPod> Make(PinacleStack stack, string name, string app, params string[] services)
    {
        var lines = services.Select((service, index) => string.Create(CultureInfo.InvariantCulture, $"  {service}: {{ run: SERVICE={service} PORT={8080 + index} node {app}, port: {8080 + index} }}"));
        var repository = await stack.Git.Publish(name, (app, await Source(app)), ("pinacle.yaml", "version: 1\nservices:\n" + string.Join('\n', lines) + "\n"));
        var pod = new AppPod(name, await PinacleStack.ApiOf("alice"));
        try
        {
            await pod.Api.Delete(name); // of a run that was cut
            var made = await pod.Api.Create(new { name, repo = repository, tier = "dev.medium" }, name);
            Assert.True((string)made["status"]! == "running", made.ToJsonString());
            foreach (var service in services)
                await Eventually.Holds($"{service} answers", TimeSpan.FromSeconds(90), async () => (await pod.Api.Visit(pod.Label(service))).Status == System.Net.HttpStatusCode.OK);
            return pod;
        }
        catch
        {
            await pod.DisposeAsync();
            throw;
        }
    }

    /// <summary>What stands before the domain in a service's URL.</summary>
    public string Label(string service) => $"{service}-{Name}-alice";

    /// <summary>A service's URL on <c>.localhost</c>, without a slash at its end.</summary>
    public string Local(string service) => string.Create(CultureInfo.InvariantCulture, $"http://{Label(service)}.{PinacleStack.Domain}:{PinacleStack.Port}");

    /// <summary>The same on the domain with a certificate.</summary>
    public string Tls(string service) => $"https://{Label(service)}.{TlsSite.Domain}";

    public async ValueTask DisposeAsync()
    {
        await Api.Delete(Name);
        Api.Dispose();
    }

    private static Task<string> Source(string app) => File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Apps", app));
}
