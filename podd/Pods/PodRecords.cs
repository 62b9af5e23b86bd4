using System.Text.Json;
using Pinacle.Contracts;
using Pinacle.Podd.Linux;

namespace Pinacle.Podd.Pods;

/// <summary>The folder of pods' records.</summary>
public sealed partial class PodRecords(PoddOptions options, ILogger<PodRecords> logger)
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private string Folder => Path.Combine(options.Root, "pods");

    /// <summary>Every record, and those that cannot be read: their pods are left alone. Only reads, so that it can be used beside a podd that runs.</summary>
    public (IReadOnlyList<PodRecord> Records, IReadOnlyList<UnreadableRecord> Unreadable) Load()
    {
        var (records, unreadable) = (new List<PodRecord>(), new List<UnreadableRecord>());
        foreach (var id in Ids())
        {
            try
            {
                records.Add(Read(id, File.ReadAllBytes(FileOf(id))));
            }
            catch (FileNotFoundException)
            {
                // The folder is made before its record, so there is nothing behind it yet.
            }
            catch (Exception error) when (error is JsonException or FormatException or IOException or UnauthorizedAccessException)
            {
                Log.Unreadable(logger, error, FileOf(id));
                unreadable.Add(new UnreadableRecord(id, error.Message.Split('\n')[0]));
            }
        }
        return (records, unreadable);
    }

    /// <summary>A record, or what is wrong with it: a <see cref="JsonException"/> or <see cref="FormatException"/> whose message says so.</summary>
    internal static PodRecord Read(string id, ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty)
            throw new FormatException("it is empty");
        // The version first: the rest of a newer record may be of another shape.
        var version = JsonSerializer.Deserialize(json, PodRecordJson.Default.PodRecordVersion)?.Version ?? throw new FormatException("it is null");
        if (version > PodRecord.CurrentVersion)
            throw new FormatException($"it is of version {version}, and this podd reads up to {PodRecord.CurrentVersion}: a newer podd wrote it, and can read it");
        var record = JsonSerializer.Deserialize(json, PodRecordJson.Default.PodRecord)!;
        if (record.Spec.Id != id)
            throw new FormatException($"it is the record of pod {record.Spec.Id}");
        if (Tier.Find(record.Spec.Tier) is null)
            throw new FormatException($"there is no tier {record.Spec.Tier}");
        return record;
    }

    /// <summary>Removes folders whose record was never written; no pod may be in the making.</summary>
    public void RemoveUnwritten()
    {
        foreach (var id in Ids().Where(id => !Path.Exists(FileOf(id))))
            Directory.Delete(Path.Combine(Folder, id), recursive: true);
    }

    /// <summary>Writes a record; after this it is on the disk.</summary>
    public void Save(PodRecord record)
    {
        Directory.CreateDirectory(options.PodFolder(record.Spec.Id), Private);
        DurableFile.Write(FileOf(record.Spec.Id), JsonSerializer.SerializeToUtf8Bytes(record with { Version = PodRecord.CurrentVersion }, PodRecordJson.Default.PodRecord));
    }

    /// <summary>Removes a pod's folder, the record last of all; not there is not an error.</summary>
    public void Delete(string id)
    {
        var folder = new DirectoryInfo(options.PodFolder(id));
        if (!folder.Exists)
            return;
        foreach (var child in folder.EnumerateDirectories())
            child.Delete(recursive: true);
        foreach (var file in folder.EnumerateFiles().Where(file => file.Name != "pod.json"))
            file.Delete();
        folder.Delete(recursive: true);
    }

    // What has another name was not made by podd.
    private string[] Ids() => Directory.Exists(Folder) ? [.. Directory.EnumerateDirectories(Folder).Select(folder => Path.GetFileName(folder)).Where(SpecCheck.IsId)] : [];

    private string FileOf(string id) => Path.Combine(Folder, id, "pod.json");

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "cannot read {File}: its pod is left as it is")]
        public static partial void Unreadable(ILogger logger, Exception error, string file);
    }
}
