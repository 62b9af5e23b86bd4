using System.Globalization;
using Pinacle.Podd.HostTests.Pods;
using Xunit;
using Xunit.Abstractions;

namespace Pinacle.Podd.HostTests.Guests;

[Collection(AloneCollection.Name)]
public sealed class GuestMemoryTests(PoddProcess podd, ITestOutputHelper output) : IClassFixture<PoddProcess>
{
    private const long Most = 5 << 20;

    [SkippableFact]
    public async Task A_guest_takes_at_most_five_mebibytes_more_than_a_pod_that_sleeps()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        var id = Guid.CreateVersion7().ToString();
        Assert.Null((await podd.Act(HttpMethod.Put, $"/v1/pods/{id}", PoddProcess.Spec(id, "idle")))[^1].Fault);
        Assert.Null((await podd.Act(HttpMethod.Post, $"/v1/pods/{id}/stop"))[^1].Fault);

        var memory = new PodMemory(TestHost.Runsc, Path.Combine(podd.Root, "pods", id));
        var (sleeping, guests) = (new List<PodMemory.Sample>(), new List<PodMemory.Sample>());
        for (var round = 0; round < 3; round++)
        {
            sleeping.Add(await memory.Measure("/bin/sleep", "infinity"));
            guests.Add(await memory.Measure());
        }
        var (sleep, guest) = (Median(sleeping), Median(guests));
        output.WriteLine($"sleep {sleep.Own >> 10} KiB of its own, {sleep.Charged >> 10} KiB charged; guest {guest.Own >> 10} KiB of its own, {guest.Charged >> 10} KiB charged (medians of 3)");
        Assert.True(guest.Own - sleep.Own <= Most, $"the guest takes {(guest.Own - sleep.Own) >> 10} KiB more");

        Assert.True((await podd.Act(HttpMethod.Delete, $"/v1/pods/{id}"))[^1] is { Done: true, Fault: null });
    }

    [SkippableFact]
    public async Task A_guest_that_is_asked_a_lot_gives_its_memory_back()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        var id = Guid.CreateVersion7().ToString();
        Assert.Null((await podd.Act(HttpMethod.Put, $"/v1/pods/{id}", PoddProcess.Spec(id, "asked")))[^1].Fault);
        // What it takes at first (threads, the collector's spans) depends on how fast it is asked, and is taken once.
        var first = await Resident(id);
        await Ask(id, 6000);
        var before = await Resident(id);
        await Ask(id, 6000);
        var after = await Resident(id);
        output.WriteLine($"{first} KiB resident at first, {before} KiB after 6,000 questions, {after} KiB after 12,000");
        Assert.True(after - before <= 2560, $"it grew by {after - before} KiB with its second 6,000 questions");
        Assert.True((await podd.Act(HttpMethod.Delete, $"/v1/pods/{id}"))[^1] is { Done: true, Fault: null });
    }

    private async Task Ask(string id, int times)
    {
        for (var ask = 0; ask < times; ask++)
            await podd.Http.GetByteArrayAsync(new Uri($"/v1/pods/{id}/ports", UriKind.Relative));
    }

    // KiB of PID 1. Not the cgroup's: the sandbox itself remembers each connection for a minute.
    private async Task<long> Resident(string id) =>
        long.Parse((await podd.Exec(id, "sudo", "sh", "-c", "awk '/^VmRSS/ {print $2}' /proc/1/status")).Stdout, CultureInfo.InvariantCulture);

    private static PodMemory.Sample Median(List<PodMemory.Sample> samples) => samples.OrderBy(sample => sample.Own).ElementAt(samples.Count / 2);
}
