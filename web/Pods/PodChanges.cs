using Pinacle.Web.Database;

namespace Pinacle.Web.Pods;

/// <summary>Changes of pods, their services and events.</summary>
public sealed class PodChanges(DatabaseChanges database) : RowChanges(database, DatabaseChannels.Pods);
