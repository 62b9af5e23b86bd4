using Pinacle.Web.Hosts;

namespace Pinacle.Web.Pages.Hosts;

/// <summary>What the page of the hosts shows.</summary>
/// <param name="Hosts">All of them.</param>
/// <param name="MemoryOvercommit">How many times a host's memory may be promised to pods.</param>
/// <param name="Live">True where it is sent to a page that is open.</param>
public sealed record HostScreen(IReadOnlyList<HostView> Hosts, double MemoryOvercommit, bool Live = false);
