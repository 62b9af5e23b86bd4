using System.Text.Json.Serialization;

namespace Pinacle.Podd.Images;

/// <summary>What an image is besides its files: <c>{name}@{hash}.json</c> beside its folder.</summary>
/// <param name="Source">What it was imported from.</param>
/// <param name="Bytes">Size of its files.</param>
/// <param name="ImportedAt">When; the newest of a name is what a pod gets that names no hash, and a folder's own times come from the archive.</param>
/// <param name="Environment">What its pods' processes find in their environment.</param>
public sealed record ImageRecord(string Source, long Bytes, DateTimeOffset ImportedAt, IReadOnlyDictionary<string, string> Environment);

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(ImageRecord))]
internal sealed partial class ImageRecordJson : JsonSerializerContext;
