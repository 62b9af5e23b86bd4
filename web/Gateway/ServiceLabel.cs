using System.Buffers;
using System.Globalization;
using System.Text;
using Pinacle.Web.Accounts;
using Pinacle.Web.Pods;

namespace Pinacle.Web.Gateway;

/// <summary>The one label under the gateway's domain that names a service: <c>service-pod-user</c>. The first hyphen ends the service, the second the pod; the rest is the user, who may have hyphens. So no two services share a label, and none is longer than 63.</summary>
/// <param name="Service">A service's name, or a port in decimal digits.</param>
/// <param name="Pod">The pod's name.</param>
/// <param name="User">The owner's slug.</param>
public sealed record ServiceLabel(string Service, string Pod, string User)
{
    private static readonly SearchValues<char> OfNames = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789");
    private static readonly SearchValues<char> OfSlugs = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    /// <summary>The port, where the label names one instead of a service.</summary>
    public int? Port => int.TryParse(Service, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : null;

    /// <summary>The label of a string, or null where it is not one. Upper case is folded, as host names are.</summary>
    public static ServiceLabel? Parse(string text)
    {
        // By hand, since each request passes here: an expression that cannot run away took a twenty-fifth of web's time.
        if (!Ascii.IsValid(text) || text.ToLowerInvariant().Split('-', 3) is not [var service, var pod, var user])
            return null;
        return (IsName(service, ServiceName.MaxLength) || IsPort(service)) && IsName(pod, PodName.MaxLength) && IsSlug(user)
            ? new ServiceLabel(service, pod, user) : null;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Service}-{Pod}-{User}";

    private static bool IsName(string text, int longest) =>
        text.Length > 0 && text.Length <= longest && char.IsAsciiLetterLower(text[0]) && !text.AsSpan().ContainsAnyExcept(OfNames);

    // It has no leading zero, or two labels would mean one port.
    private static bool IsPort(string text) =>
        text is not ("" or ['0', ..]) && ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private static bool IsSlug(string text) =>
        text is not ("" or ['-', ..] or [.., '-']) && text.Length <= UserSlug.MaxLength && !text.AsSpan().ContainsAnyExcept(OfSlugs);
}
