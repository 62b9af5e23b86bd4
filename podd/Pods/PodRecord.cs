using System.Text.Json;
using System.Text.Json.Serialization;
using Pinacle.Contracts;
using Pinacle.Podd.Linux;

namespace Pinacle.Podd.Pods;

/// <summary>What podd knows of a pod across its own restarts: <c>{root}/pods/{id}/pod.json</c>, written before the act that it announces. Never holds secrets.</summary>
public sealed record PodRecord
{
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

    /// <summary>The sandbox process, while there should be one; also of a failed pod whose sandbox could not be ended in full.</summary>
    public ProcessIdentity? Sandbox { get; init; }

    /// <summary>SHA-256 of the runsc that runs it.</summary>
    public string? Runsc { get; init; }

    /// <summary>SHA-256 of the guest that runs in it.</summary>
    public string? Guest { get; init; }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(PodRecord))]
internal sealed partial class PodRecordJson : JsonSerializerContext;
