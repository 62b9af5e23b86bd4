using Microsoft.EntityFrameworkCore;
using Pinacle.Contracts;
using Pinacle.Web.Hosts;
using Pinacle.Web.Pods;
using Pinacle.Web.Tests.Stand;

namespace Pinacle.Web.Tests.Pages;

/// <summary>Rows as jobs and reports would have left them, so that each state of a page can be seen without a host.</summary>
public static class SeededPods
{
    /// <summary>A pod of alice that its host reports so.</summary>
    public static async Task<Pod> Seed(this WebStand stand, string owner, string name, PodState state, Func<PodReport, PodReport>? with = null, params Service[] services)
    {
        await using var db = stand.Open();
        var user = await db.Users.SingleAsync(one => one.Slug == owner);
        var now = TimeProvider.System.GetUtcNow();
        var host = await db.Hosts.FirstOrDefaultAsync() ?? db.Hosts.Add(new PodHost
        {
            Name = "seeded",
            Address = "unix:/nowhere",
            CertificateSha256 = "",
            ApiKeyEncrypted = [],
            Contract = "1.0",
            CreatedAt = now,
        }).Entity;
        var pod = new Pod { Name = name, OwnerId = user.Id, Tier = "dev.small", GithubRepo = "https://git.test/demo.git", CreatedAt = now, ChangedAt = now };
        // One that was never heard of is down as soon as web has tried to reach it, at any moment of a test.
        host.Heard(now);
        pod.Place(host);
        db.Pods.Add(pod);
        await db.SaveChangesAsync();
        foreach (var service in services)
            db.Services.Add(new Service { PodId = pod.Id, Name = service.Name, Port = service.Port, Run = service.Run });
        var report = new PodReport { Id = pod.Id.ToString(), Epoch = 1, Seq = 1, State = state, Setup = new SetupReport(SetupState.Done, 1), SpecHash = "", At = now };
        pod.Settle(with?.Invoke(report) ?? report, now);
        await db.SaveChangesAsync();
        return pod;
    }

    /// <summary>What a step of its host said.</summary>
    public static async Task Tell(this WebStand stand, Pod pod, PodEventKind kind, string message, string step, ProgressKind? phase = null, double? seconds = null)
    {
        await using var db = stand.Open();
        db.PodEvents.Add(new PodEvent
        {
            PodId = pod.Id,
            Run = Guid.NewGuid().ToString("N"),
            Seq = 1,
            At = TimeProvider.System.GetUtcNow(),
            Kind = kind,
            Message = message,
            Data = new PodEventData { Step = step, Phase = phase, Seconds = seconds },
        });
        await db.SaveChangesAsync();
    }
}
