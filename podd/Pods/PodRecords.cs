using System.Text.Json;
using Pinacle.Podd.Linux;

namespace Pinacle.Podd.Pods;

/// <summary>The folder of pods' records.</summary>
public sealed partial class PodRecords(PoddOptions options, ILogger<PodRecords> logger)
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private string Folder => Path.Combine(options.Root, "pods");

    /// <summary>Every record, and the ids of those that cannot be read: those pods are left alone. Only reads, so that it can be used beside a podd that runs.</summary>
    public (IReadOnlyList<PodRecord> Records, IReadOnlyList<string> Unreadable) Load()
    {
        var (records, unreadable) = (new List<PodRecord>(), new List<string>());
        foreach (var id in Ids())
        {
            try
            {
                var record = JsonSerializer.Deserialize(File.ReadAllBytes(FileOf(id)), PodRecordJson.Default.PodRecord);
                if (record?.Spec.Id == id)
                    records.Add(record);
                else
                    unreadable.Add(id);
            }
            catch (FileNotFoundException)
            {
                // The folder is made before its record, so there is nothing behind it yet.
            }
            catch (Exception error) when (error is JsonException or IOException)
            {
                Log.Unreadable(logger, error, FileOf(id));
                unreadable.Add(id);
            }
        }
        return (records, unreadable);
    }

    /// <summary>Removes folders whose record was never written; no pod may be in the making.</summary>
    public void RemoveUnwritten()
    {
        foreach (var id in Ids().Where(id => !File.Exists(FileOf(id))))
            Directory.Delete(Path.Combine(Folder, id), recursive: true);
    }

    /// <summary>Writes a record; after this it is on the disk.</summary>
    public void Save(PodRecord record)
    {
        Directory.CreateDirectory(options.PodFolder(record.Spec.Id), Private);
        DurableFile.Write(FileOf(record.Spec.Id), JsonSerializer.SerializeToUtf8Bytes(record, PodRecordJson.Default.PodRecord));
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

    private string[] Ids() => Directory.Exists(Folder) ? [.. Directory.EnumerateDirectories(Folder).Select(folder => Path.GetFileName(folder))] : [];

    private string FileOf(string id) => Path.Combine(Folder, id, "pod.json");

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "cannot read {File}: its pod is left as it is")]
        public static partial void Unreadable(ILogger logger, Exception error, string file);
    }
}
