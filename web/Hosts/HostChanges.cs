using Pinacle.Web.Database;

namespace Pinacle.Web.Hosts;

/// <summary>Changes of hosts (what they report, too) and of the tokens that they join with.</summary>
public sealed class HostChanges(DatabaseChanges database) : RowChanges(database, DatabaseChannels.Hosts);
