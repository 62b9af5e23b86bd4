using System.Globalization;
using System.Text.RegularExpressions;

namespace Pinacle.Web.Gateway;

/// <summary>The one label under the gateway's domain that names a service: <c>service-pod-user</c>. The first hyphen ends the service, the second the pod; the rest is the user, who may have hyphens. So no two services share a label, and none is longer than 63.</summary>
/// <param name="Service">A service's name, or a port in decimal digits.</param>
/// <param name="Pod">The pod's name.</param>
/// <param name="User">The owner's slug.</param>
public sealed partial record ServiceLabel(string Service, string Pod, string User)
{
    /// <summary>The port, where the label names one instead of a service.</summary>
    public int? Port => int.TryParse(Service, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : null;

    /// <summary>The label of a string, or null where it is not one. Upper case is folded, as host names are.</summary>
    public static ServiceLabel? Parse(string text)
    {
        if (text.Length > 63 || Grammar().Match(text.ToLowerInvariant()) is not { Success: true } match)
            return null;
        var label = new ServiceLabel(match.Groups["service"].Value, match.Groups["pod"].Value, match.Groups["user"].Value);
        return label.Port is < 1 or > 65535 ? null : label;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Service}-{Pod}-{User}";

    // A port has no leading zero, or two labels would mean one port.
    [GeneratedRegex(@"\A(?<service>[a-z][a-z0-9]{0,14}|[1-9][0-9]{0,4})-(?<pod>[a-z][a-z0-9]{0,19})-(?<user>[a-z0-9]([a-z0-9-]{0,24}[a-z0-9])?)\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Grammar();
}
