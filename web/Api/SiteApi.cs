using Microsoft.EntityFrameworkCore;
using Pinacle.Contracts;
using Pinacle.Web.Accounts;
using Pinacle.Web.Database;
using Pinacle.Web.Hosts;

namespace Pinacle.Web.Api;

/// <summary><c>/me</c>, <c>/tiers</c>, <c>/images</c>.</summary>
internal static class SiteApi
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/me", (HttpContext context) => Me.Of(context.RequiredUser())).WithTags("Site");
        api.MapGet("/tiers", () => new ItemList<Tier>(Tier.All)).WithTags("Site");
        api.MapGet("/images", Images).WithTags("Site");
    }

    private static async Task<ItemList<ImageReport>> Images(PinacleDb db, CancellationToken cancellationToken)
    {
        var hosts = await db.Hosts.AsNoTracking().Where(host => host.State == HostState.Active).ToListAsync(cancellationToken);
        return new ItemList<ImageReport>([.. hosts.SelectMany(host => host.Report?.Images ?? []).DistinctBy(image => (image.Name, image.Hash)).OrderBy(image => image.Name, StringComparer.Ordinal)]);
    }

    /// <summary>Who the token stands for.</summary>
    internal sealed record Me(Guid Id, string Login, bool Operator)
    {
        public static Me Of(CurrentUser user) => new(user.Id, user.Slug, user.IsOperator);
    }
}
