using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;
using Pinacle.Web.Site;

namespace Pinacle.Web.Gateway;

/// <summary>The cookies on a service's own host: who was let in, by which share link, the nonce of a hand-over under way, and how patient a page of ours was. All are for that host only, never reach the app, and cannot be set by it.</summary>
public sealed class PodCookie
{
    private readonly IDataProtector _protector;
    private readonly IDataProtector _links;
    private readonly bool _secure;

    public PodCookie(IDataProtectionProvider protection, IOptions<SiteOptions> site)
    {
        _protector = protection.CreateProtector("Pinacle.Gateway.PodCookie");
        _links = protection.CreateProtector("Pinacle.Gateway.PodCookie", "link");
        _secure = (site.Value.Scheme ?? new Uri(site.Value.Url).Scheme) == "https";
        var prefix = _secure ? "__Host-" : "";
        (Name, NonceName, LinkName, TriesName) = (prefix + "pinacle-pod", prefix + "pinacle-nonce", prefix + "pinacle-link", prefix + "pinacle-tries");
    }

    /// <summary>Cookie that says who was let in.</summary>
    public string Name { get; }

    /// <summary>Cookie with the nonce.</summary>
    public string NonceName { get; }

    /// <summary>Cookie with the share link.</summary>
    public string LinkName { get; }

    /// <summary>Cookie with how often a page of ours has asked again.</summary>
    public string TriesName { get; }

    /// <summary>The session that was let in to this label; null where the cookie is missing, forged or another label's.</summary>
    public Guid? Read(HttpRequest request, ServiceLabel label) => Read(request.Cookies[Name], _protector, label);

    /// <summary>The share link by which a browser was let in to this label; null as above.</summary>
    public Guid? ReadLink(HttpRequest request, ServiceLabel label) => Read(request.Cookies[LinkName], _links, label);

    private static Guid? Read(string? value, IDataProtector protector, ServiceLabel label)
    {
        if (value is not { Length: > 0 })
            return null;
        try
        {
            var parts = protector.Unprotect(value).Split('|');
            return parts is [var forLabel, var subject] && forLabel == label.ToString() && Guid.TryParse(subject, out var id) ? id : null;
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            // Not ours, or from before the keys were changed: as good as none.
            return null;
        }
    }

    /// <summary>Lets a session in to a label.</summary>
    public void Write(HttpResponse response, ServiceLabel label, Guid session) =>
        response.Cookies.Append(Name, _protector.Protect($"{label}|{session}"), Options(TimeSpan.FromDays(30)));

    /// <summary>Lets a browser in to a label by a share link, for as long as the link is good but no longer than 30 days.</summary>
    public void WriteLink(HttpResponse response, ServiceLabel label, Guid link) =>
        response.Cookies.Append(LinkName, _links.Protect($"{label}|{link}"), Options(TimeSpan.FromDays(30)));

    /// <summary>Forgets a share link that has ended.</summary>
    public void EraseLink(HttpResponse response) => response.Cookies.Delete(LinkName, Options(null));

    /// <summary>Remembers how often a page of ours has asked again.</summary>
    public void WriteTries(HttpResponse response, int tries) => response.Cookies.Append(TriesName, tries.ToString(), Options(TimeSpan.FromMinutes(5)));

    /// <summary>Remembers the nonce until the hand-over ends.</summary>
    public void WriteNonce(HttpResponse response, string nonce) => response.Cookies.Append(NonceName, nonce, Options(TimeSpan.FromMinutes(10)));

    /// <summary>Forgets the nonce.</summary>
    public void EraseNonce(HttpResponse response) => response.Cookies.Delete(NonceName, Options(null));

    /// <summary>True for a cookie that belongs to the gateway, whatever an app says.</summary>
    public static bool IsOurs(ReadOnlySpan<char> name) =>
        name.Trim() is "pinacle-pod" or "pinacle-nonce" or "__Host-pinacle-pod" or "__Host-pinacle-nonce" or "pinacle-link" or "__Host-pinacle-link" or "pinacle-tries" or "__Host-pinacle-tries"
            or "pinacle" or "__Host-pinacle" or "pinacle-form" or "__Host-pinacle-form";

    private CookieOptions Options(TimeSpan? age) => new() { HttpOnly = true, Secure = _secure, SameSite = SameSiteMode.Lax, Path = "/", MaxAge = age, IsEssential = true };
}
