using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Pinacle.Web.Accounts;
using Pinacle.Web.Database;
using Pinacle.Web.Hosts;

namespace Pinacle.Web.Pages.Hosts;

/// <summary>Reads what the pages of the hosts show.</summary>
public sealed class HostScreens(HostList list, PinacleDb db, IOptions<HostsOptions> options)
{
    public async Task<HostScreen> Hosts(CancellationToken cancellationToken) => new(await list.All(cancellationToken), options.Value.MemoryOvercommit);

    public async Task<JoinTokenScreen> Tokens(CancellationToken cancellationToken) => new(await list.Tokens(cancellationToken));

    /// <summary>Whether somebody is an operator still: a live page outlasts the request that opened it.</summary>
    public Task<bool> AreFor(CurrentUser user, CancellationToken cancellationToken) =>
        db.Users.AnyAsync(one => one.Id == user.Id && one.IsOperator, cancellationToken);
}
