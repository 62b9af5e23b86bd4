using Pinacle.Web.Pods;
using Pinacle.Web.Site;

namespace Pinacle.Web.Gateway;

/// <summary>Where a hand-over is on its way through a pod's services, and where it ends. What the browser brings of it is believed as far as it leads from one service of a pod to another.</summary>
/// <param name="Label">The service that it is at.</param>
/// <param name="HomeLabel">The service that it began at and ends at, of the same pod.</param>
/// <param name="Path">Where it goes on there.</param>
public sealed record HandOverWay(ServiceLabel Label, ServiceLabel HomeLabel, string Path)
{
    // Browsers follow twenty redirects; a service takes three, and signing in some before.
    private const int ServicesInOneGo = 4;

    /// <summary>Where it goes on, as a path that leads nowhere else.</summary>
    public string Path { get; init; } = ReturnPath.Safe(Path);

    /// <summary>Whether it is where it began.</summary>
    public bool IsHome => Label == HomeLabel;

    /// <summary>What a URL says of it beside the path; nothing at its home.</summary>
    public QueryString Query => IsHome ? QueryString.Empty : QueryString.Create("home", HomeLabel.Service);

    /// <summary>What a request says of it.</summary>
    public static HandOverWay Of(HttpRequest request, ServiceLabel label)
    {
        var home = label with { Service = request.Query["home"].ToString() };
        // With a hyphen in what should be a service, the whole would name another pod.
        return new(label, ServiceLabel.Parse(home.ToString()) == home ? home : label, request.Query["return"].ToString());
    }

    /// <summary>The URL of its end.</summary>
    public string Home(SiteUrls urls) => Of(HomeLabel, urls) + Path;

    /// <summary>Where it goes from a service that let the browser in: to the pod's next one that does not let in everybody, at last home.</summary>
    public HandOverStep Next(PodRoute? pod, SiteUrls urls)
    {
        var others = pod is null ? [] : pod.Services
            .Where(service => service.Value.Access != ServiceAccess.Public && service.Key != HomeLabel.Service)
            .Select(service => service.Key)
            .Order(StringComparer.Ordinal)
            .ToList();
        // Upwards by name: it ends, whatever services come and go meanwhile.
        var place = others.FindIndex(name => IsHome || string.CompareOrdinal(name, Label.Service) > 0);
        if (place < 0)
            return new(IsHome ? Path : Home(urls), Rests: false);
        var next = Of(Label with { Service = others[place] }, urls) + HandOver.EnterPath + QueryString.Create("home", HomeLabel.Service).Add("return", Path);
        return new(next, Rests: place > 0 && place % ServicesInOneGo == 0);
    }

    private static string Of(ServiceLabel label, SiteUrls urls) => urls.Service(label.Service, label.Pod, label.User).TrimEnd('/');
}

/// <summary>Where a browser goes next in a hand-over.</summary>
/// <param name="Url">There.</param>
/// <param name="Rests">Whether by a page that goes on by itself: a browser does not follow redirects without end.</param>
public sealed record HandOverStep(string Url, bool Rests);
