using Microsoft.EntityFrameworkCore;
using Pinacle.Web.Accounts;
using Pinacle.Web.Pods;
using Pinacle.Web.Site;

namespace Pinacle.Web.Pages;

/// <summary>Reads what a dashboard shows.</summary>
public sealed class Dashboards(PodAccess access, SiteUrls urls)
{
    public async Task<Dashboard> Of(CurrentUser user, CancellationToken cancellationToken)
    {
        var pods = await access.VisibleTo(user).AsNoTracking().ToListAsync(cancellationToken);
        var views = pods.ConvertAll(pod => (Own: pod.OwnerId == user.Id, View: PodView.Of(pod, urls)));
        return new Dashboard([.. views.Where(pod => pod.Own).Select(pod => pod.View)], [.. views.Where(pod => !pod.Own).Select(pod => pod.View)]);
    }
}
