using System.Text.Json.Serialization;
using Pinacle.Contracts;

namespace Pinacle.Podd.Runsc;

/// <summary>A verdict of the self-test and what it holds for.</summary>
/// <param name="Machine">Hash of runsc, kernel and CPU.</param>
/// <param name="Report">The verdict.</param>
public sealed record SelfTestRecord(string Machine, RuntimeReport Report);

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(SelfTestRecord))]
internal sealed partial class SelfTestJson : JsonSerializerContext;
