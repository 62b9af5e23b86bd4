using System.Text.Json;
using System.Text.Json.Serialization;
using Pinacle.Contracts;
using Pinacle.Podd.Linux;

namespace Pinacle.Podd.Pods;

/// <summary>What podd knows of a pod across its own restarts: <c>{root}/pods/{id}/pod.json</c>, written before the act that it announces. Never holds secrets.</summary>
/// <remarks>A member that this podd does not know is passed over, and gone when it writes the record next: what it does not know it cannot keep true (a checkpoint that a newer podd noted would no longer fit the disk).
/// So a member may be added without more ado where losing it does no harm; a new one that an older podd must not pass over, or another meaning of an old one, raises <see cref="CurrentVersion"/>.</remarks>
public sealed record PodRecord
{
    /// <summary>The highest version that this podd reads, and the one that it writes.</summary>
    public const int CurrentVersion = 1;

    /// <summary>How the record is to be read. A record without one is of version 1. A higher one than <see cref="CurrentVersion"/> was written by a newer podd, and is not read.</summary>
    public int Version { get; set; } = CurrentVersion;

    /// <summary>What web asked for, without secrets.</summary>
    public required PodSpec Spec { get; init; }

    /// <summary>Index on this host; decides every name and address of the pod's network.</summary>
    public required int Slot { get; init; }

    /// <summary>What the pod is in.</summary>
    public required PodState State { get; init; }

    /// <summary>How setup went.</summary>
    public SetupReport Setup { get; init; } = new(SetupState.None);

    /// <summary>True once the disk has something that a person may want to keep: from then on an act that fails leaves the files alone.</summary>
    public bool Made { get; init; }

    /// <summary>The tier whose limit the disk has; another one than the spec's while a change of tier is under way, or was cut.</summary>
    public string? DiskTier { get; init; }

    /// <summary>True when the spec came with secrets, which a restarted podd lacks.</summary>
    public bool HasSecrets { get; init; }

    /// <summary>The environment that the image brought when the pod was made; whatever else is set goes over it.</summary>
    public IReadOnlyDictionary<string, string>? ImageEnvironment { get; init; }

    /// <summary>Why the pod is failed, or why a delete has not come to its end.</summary>
    public Fault? Fault { get; init; }

    /// <summary>How the last sandbox ended, if nobody asked it to.</summary>
    public DeathCertificate? Death { get; init; }

    /// <summary>The memory to wake from; null when the pod does not sleep, or starts cold.</summary>
    public CheckpointRecord? Checkpoint { get; init; }

    /// <summary>Why an asleep pod has no memory to wake from; null when it has one, or nothing more is known.</summary>
    public string? ColdBecause { get; init; }

    /// <summary>How it woke last.</summary>
    public WakeReport? Wake { get; init; }

    /// <summary>Until when somebody keeps it awake; null without such a lease. Losing it costs a pod no more than its sleep.</summary>
    public DateTimeOffset? AwakeUntil { get; init; }

    /// <summary>True of a pod that somebody put to sleep: then it is not woken by itself, even where its spec wants it always on. Losing it costs no more than a wake.</summary>
    public bool AskedToSleep { get; init; }

    /// <summary>True while it sleeps although it is to be awake, which is so only after its host, or podd with its pods, went down.</summary>
    /// <param name="now">The time.</param>
    public bool IsOwedItsWake(DateTimeOffset now) => State == PodState.Asleep && Made && !AskedToSleep && (Spec.Sleep.AlwaysOn || AwakeUntil > now);

    /// <summary>True of a pod whose services or environment were changed while it slept: the guest in its memory knows the old ones, and is told the new ones when it wakes.</summary>
    public bool Unheard { get; init; }

    /// <summary>The sandbox process, while there should be one; also of a failed or asleep pod whose sandbox could not be ended in full.</summary>
    public ProcessIdentity? Sandbox { get; init; }

    /// <summary>SHA-256 of the runsc that runs it.</summary>
    public string? Runsc { get; init; }

    /// <summary>SHA-256 of the guest that runs in it.</summary>
    public string? Guest { get; init; }
}

/// <summary>As much of a record as every version has.</summary>
internal sealed record PodRecordVersion
{
    /// <inheritdoc cref="PodRecord.Version"/>
    public int Version { get; set; } = 1;
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(PodRecord))]
[JsonSerializable(typeof(PodRecordVersion))]
internal sealed partial class PodRecordJson : JsonSerializerContext;
