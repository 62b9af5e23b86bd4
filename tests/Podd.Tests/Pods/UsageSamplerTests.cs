using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Pinacle.Contracts;
using Pinacle.Podd.Guests;
using Pinacle.Podd.Linux;
using Pinacle.Podd.Pods;
using Xunit;

namespace Pinacle.Podd.Tests.Pods;

public sealed class UsageSamplerTests
{
    [Fact]
    public async Task Whatever_keeps_one_pod_from_being_looked_at_keeps_neither_the_others_nor_the_next_look()
    {
        var time = new FakeTimeProvider();
        var options = new PoddOptions { Root = "/nowhere", Pool = "/nowhere/pool" };
        var services = new ServiceCollection().AddLogging();
        Daemon.AddParts(services, options, new ConfigurationBuilder().Build());
        await using var parts = services.AddSingleton<TimeProvider>(time).BuildServiceProvider();
        var fleet = parts.GetRequiredService<Fleet>();
        foreach (var name in (string[])["a", "b", "c"])
            Add(fleet, name, slot: name == "b" ? -1 : 0); // no network has a slot of that number

        using var end = new CancellationTokenSource();
        var sampling = parts.GetRequiredService<UsageSampler>().Run(end.Token);
        for (var look = 0; look < 2; look++)
        {
            Array.ForEach([.. fleet.Pods], pod => pod.Usage = null);
            while (fleet.Pods.Count(pod => pod.Usage is not null) < 2)
            {
                Assert.False(sampling.IsCompleted, sampling.Exception?.ToString());
                time.Advance(TimeSpan.FromSeconds(5));
                await Task.Delay(10);
            }
        }

        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sampling);
    }

    private static void Add(Fleet fleet, string name, int slot)
    {
        var id = Guid.CreateVersion7().ToString();
        var pod = fleet.Add(id);
        pod.Guest = new GuestClient("127.0.0.1", 9, "key");
        pod.Record = new PodRecord
        {
            Spec = new PodSpec { Id = id, Epoch = 1, Name = name, Owner = "alice", Image = new ImageRef("default"), Tier = "dev.small", HostName = name, Sleep = new SleepPolicy(0, AlwaysOn: true) },
            Slot = slot,
            State = PodState.Running,
            Sandbox = new ProcessIdentity(int.MaxValue, 0, "of no boot"),
        };
    }
}
