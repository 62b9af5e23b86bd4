using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pinacle.Contracts;

/// <summary>How the contracts stand on the wire: camelCase, enums as kebab-case strings, RFC 3339 times, nulls written unless a member says otherwise. Source-generated, so that Native AOT can use it.</summary>
/// <remarks>A member with a default has <c>set</c>, not <c>init</c>: the generator assigns <c>init</c> members even where the JSON lacks them, and the default would be lost.</remarks>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    MaxDepth = 32,
    NumberHandling = JsonNumberHandling.Strict)]
[JsonSerializable(typeof(PodSpec))]
[JsonSerializable(typeof(PodReport))]
[JsonSerializable(typeof(IReadOnlyList<PodReport>))]
[JsonSerializable(typeof(KeepAwakeSpec))]
[JsonSerializable(typeof(ProgressLine))]
[JsonSerializable(typeof(ReportLine))]
[JsonSerializable(typeof(HostReport))]
[JsonSerializable(typeof(DenyList))]
[JsonSerializable(typeof(HostEnrolment))]
[JsonSerializable(typeof(HostEnrolled))]
[JsonSerializable(typeof(IReadOnlyList<ImageReport>))]
[JsonSerializable(typeof(IReadOnlyList<PortReport>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(FaultAnswer))]
[JsonSerializable(typeof(ExecSpec))]
[JsonSerializable(typeof(ExecResult))]
[JsonSerializable(typeof(FileListing))]
[JsonSerializable(typeof(GitReport))]
[JsonSerializable(typeof(GitDiff))]
[JsonSerializable(typeof(GitDiffEnd))]
[JsonSerializable(typeof(TerminalSpec))]
[JsonSerializable(typeof(TerminalSize))]
[JsonSerializable(typeof(IReadOnlyList<TerminalReport>))]
[JsonSerializable(typeof(GuestCall))]
[JsonSerializable(typeof(GuestAnswer))]
[JsonSerializable(typeof(GuestStatus))]
[JsonSerializable(typeof(GuestSetupEvent))]
[JsonSerializable(typeof(GuestExit))]
public sealed partial class ContractsJson : JsonSerializerContext;
