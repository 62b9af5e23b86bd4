using System.Text;
using Microsoft.EntityFrameworkCore;
using Pinacle.Contracts;
using Pinacle.Web.Database;

namespace Pinacle.Web.Pods;

/// <summary>Writes and reads what happened to pods.</summary>
public sealed class PodEvents(PinacleDb db)
{
    /// <summary>Writes the lines of an act that are not there yet. To be called in a transaction that may be rolled back.</summary>
    public async Task Append(Guid podId, IReadOnlyCollection<ProgressLine> lines, CancellationToken cancellationToken)
    {
        foreach (var line in lines)
        {
            var kind = line.Fault is not null ? PodEventKind.Fault : line.Kind == ProgressKind.Output ? PodEventKind.Output : PodEventKind.Step;
            var data = new PodEventData { Step = line.Step, Phase = kind == PodEventKind.Step ? line.Kind : null, Seconds = line.Seconds, Fault = line.Fault };
            await Append(podId, line.Run, line.Seq, line.At, kind, line.Fault?.Message ?? line.Message ?? "", data, cancellationToken);
        }
    }

    /// <summary>Writes one line, unless the pod has one of that run and number.</summary>
    public async Task Append(Guid podId, string run, int seq, DateTimeOffset at, PodEventKind kind, string message, PodEventData? data, CancellationToken cancellationToken)
    {
        // Readers go on after the last number they saw: holding the pod's row makes numbers visible in order.
        await db.Database.ExecuteSqlAsync($"""
            WITH pod AS (SELECT id FROM pods WHERE id = {podId} FOR NO KEY UPDATE)
            INSERT INTO pod_events (pod_id, run, seq, at, kind, message, data)
            SELECT id, {Text(run, 64)}, {seq}, {at.ToUniversalTime()}, {Words.Of(kind)}, {Text(message, 8192)}, {(data is null ? null : JsonColumn.Write(data))}::jsonb FROM pod
            ON CONFLICT (pod_id, run, seq) DO NOTHING
            """, cancellationToken);
    }

    /// <summary>The events of a pod after one of them, oldest first.</summary>
    public Task<List<PodEvent>> After(Guid podId, long after, int count, CancellationToken cancellationToken) =>
        db.PodEvents.AsNoTracking().Where(line => line.PodId == podId && line.Id > after).OrderBy(line => line.Id).Take(count).ToListAsync(cancellationToken);

    /// <summary>The newest events of a pod, oldest first.</summary>
    public async Task<List<PodEvent>> Last(Guid podId, int count, CancellationToken cancellationToken)
    {
        var lines = await db.PodEvents.AsNoTracking().Where(line => line.PodId == podId).OrderByDescending(line => line.Id).Take(count).ToListAsync(cancellationToken);
        lines.Reverse();
        return lines;
    }

    /// <summary>What Postgres can keep of a text that a pod wrote: no NUL, no half pairs, not too long.</summary>
    private static string Text(string text, int length)
    {
        var clean = text.Contains('\0', StringComparison.Ordinal) ? text.Replace("\0", "", StringComparison.Ordinal) : text;
        if (clean.Length > length)
            clean = clean[..length];
        return clean.Any(char.IsSurrogate) ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(clean)) : clean;
    }
}
