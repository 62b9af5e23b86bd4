using System.Text.Json.Serialization;
using Pinacle.Contracts;
using Pinacle.Podd.Pods;

namespace Pinacle.Podd.Verbs;

/// <summary>A pod as <c>podd pods</c> shows it.</summary>
/// <param name="Id">The pod's id.</param>
/// <param name="Owner">The owner's slug; null when the record cannot be read.</param>
/// <param name="Name">The pod's name; null when the record cannot be read.</param>
/// <param name="State">What it is in; null when the record cannot be read.</param>
/// <param name="Frozen">True when its processes stand still.</param>
/// <param name="Tier">Its size.</param>
/// <param name="Slot">Decides its address, namespace and link.</param>
/// <param name="Address">Its address on this host; null when podd does not run.</param>
/// <param name="Usage">What it uses; null when podd does not run, or has not measured yet.</param>
/// <param name="Note">Why it is failed, how it ended, or why it is awake.</param>
internal sealed record PodLine(string Id, string? Owner, string? Name, PodState? State, bool Frozen, string? Tier, int? Slot, string? Address, UsageReport? Usage, string? Note)
{
    /// <summary>From what podd wrote and, where it runs, what it says.</summary>
    public static PodLine Of(PodRecord record, PodReport? report) => new(
        record.Spec.Id,
        record.Spec.Owner,
        record.Spec.Name,
        report?.State ?? record.State,
        report?.Frozen ?? false,
        record.Spec.Tier,
        record.Slot,
        report?.Address,
        report?.Usage,
        (report?.Fault ?? record.Fault)?.Message ?? (report?.Death ?? record.Death)?.Message ?? report?.Idle?.Because);

    /// <summary>A pod whose record cannot be read.</summary>
    public static PodLine Unreadable(UnreadableRecord record) => new(record.Id, null, null, null, false, null, null, null, null, $"its record cannot be read: {record.Reason}; the pod is left as it is");
}

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web, WriteIndented = true)]
[JsonSerializable(typeof(IReadOnlyList<PodLine>))]
internal sealed partial class PodLineJson : JsonSerializerContext;
