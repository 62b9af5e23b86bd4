using Microsoft.EntityFrameworkCore;
using Pinacle.Contracts;
using Pinacle.Web.Database;
using Pinacle.Web.Gateway;
using Pinacle.Web.Pods;
using Pinacle.Web.Site;

namespace Pinacle.Web.Accounts;

/// <summary>Makes, lists and revokes the links that open one service. Who may is asked before, of <see cref="PodAccess"/>.</summary>
public sealed class ShareLinks(PinacleDb db, SiteUrls urls, TimeProvider time)
{
    /// <summary>Longest life of a link that ends by itself, in seconds: ten years.</summary>
    public const int MaxLife = 10 * 365 * 24 * 3600;

    private const int MostPerService = 100;

    /// <summary>Makes a link; its URL is shown once.</summary>
    /// <param name="user">Who makes it.</param>
    /// <param name="pod">The service's pod, with its owner.</param>
    /// <param name="service">What it opens.</param>
    /// <param name="expiresIn">Seconds; null = until it is revoked.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="InputException">The life is out of range, or the service has as many links as it may have.</exception>
    public async Task<(ShareLink Link, string Url)> Make(CurrentUser user, Pod pod, Service service, int? expiresIn, CancellationToken cancellationToken)
    {
        var errors = new InputErrors();
        errors.Add("expiresIn", expiresIn is null or (>= 1 and <= MaxLife) ? null : $"A link lives 1 to {MaxLife} seconds, or until it is revoked (null).");
        errors.Refuse();
        var now = time.GetUtcNow();
        await db.ShareLinks.Where(link => link.ServiceId == service.Id && (link.RevokedAt != null || link.ExpiresAt <= now)).ExecuteDeleteAsync(cancellationToken);
        if (await db.ShareLinks.CountAsync(link => link.ServiceId == service.Id, cancellationToken) >= MostPerService)
        {
            errors.Add("expiresIn", $"{service.Name} has {MostPerService} links; revoke one first.");
            errors.Refuse(FaultKind.TooMany);
        }

        var token = Secret.MakeShort();
        var link = new ShareLink
        {
            ServiceId = service.Id,
            TokenHash = Secret.Hash(token),
            CreatedById = user.Id,
            CreatedAt = now,
            ExpiresAt = expiresIn is { } seconds ? now.AddSeconds(seconds) : null,
        };
        db.ShareLinks.Add(link);
        await db.SaveChangesAsync(cancellationToken);
        return (link, urls.Service(service.Name, pod.Name, pod.Owner!.Slug).TrimEnd('/') + SharedAccess.Path + token);
    }

    /// <summary>The links of a service that still open it, newest first.</summary>
    public async Task<IReadOnlyList<ShareLink>> Of(Service service, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return await db.ShareLinks.AsNoTracking().Where(link => link.ServiceId == service.Id && link.RevokedAt == null && (link.ExpiresAt == null || link.ExpiresAt > now))
            .OrderByDescending(link => link.Id).ToListAsync(cancellationToken);
    }

    /// <summary>Ends a link of a service at once, and what is open through it; false where there is no such link.</summary>
    public async Task<bool> Revoke(Service service, Guid linkId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return await db.ShareLinks.Where(link => link.Id == linkId && link.ServiceId == service.Id && link.RevokedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(link => link.RevokedAt, now), cancellationToken) == 1;
    }
}
