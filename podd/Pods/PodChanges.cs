using Pinacle.Contracts;

namespace Pinacle.Podd.Pods;

/// <summary>The one way to change a pod's record: checked, on the disk, then told.</summary>
public sealed class PodChanges(PodRecords records, Reports reports)
{
    /// <summary>Writes a pod's first record.</summary>
    public void Begin(Pod pod, PodRecord record) => Write(pod, record, pod.Record?.State);

    /// <summary>Changes it.</summary>
    public PodRecord Change(Pod pod, Func<PodRecord, PodRecord> change)
    {
        var record = change(pod.Record!);
        Write(pod, record, pod.Record!.State);
        return record;
    }

    private void Write(Pod pod, PodRecord record, PodState? from)
    {
        PodTransitions.Check(from, record.State);
        records.Save(record);
        pod.Record = record;
        reports.Publish(pod);
    }
}
