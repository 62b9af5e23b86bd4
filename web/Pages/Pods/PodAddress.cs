using Pinacle.Web.Pods;
using Pinacle.Web.Site;

namespace Pinacle.Web.Pages.Pods;

/// <summary>Where a pod of some name would be found, or why it cannot have that name.</summary>
/// <param name="Name">As given.</param>
/// <param name="Before">The URL up to the name.</param>
/// <param name="After">The URL behind it.</param>
/// <param name="Problem">A sentence; null when all is well.</param>
public sealed record PodAddress(string Name, string Before, string After, string? Problem)
{
    /// <summary>The address of a pod's service named <c>web</c>.</summary>
    public static PodAddress Of(string? name, string owner, SiteUrls urls, string? problem)
    {
        // A stand-in that no name and no owner can contain, so that it is found again.
        const string Place = "_";
        var parts = urls.Service("web", Place, owner).Split(Place);
        var shown = string.IsNullOrEmpty(name) ? "name" : name;
        return new PodAddress(shown, parts[0], parts[1], problem ?? (string.IsNullOrEmpty(name) ? null : PodName.Problem(name)));
    }
}
