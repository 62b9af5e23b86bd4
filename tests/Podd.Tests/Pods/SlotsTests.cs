using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Pinacle.Contracts;
using Pinacle.Podd.Network;
using Pinacle.Podd.Pods;
using Xunit;

namespace Pinacle.Podd.Tests.Pods;

public sealed class SlotsTests : IDisposable
{
    // The smallest network that podd takes: 253 slots.
    private static readonly AddressPlan Plan = new(Options.Create(new NetworkOptions { Subnet = "10.89.0.0/24" }));

    private readonly string _root = Directory.CreateTempSubdirectory("slots-").FullName;
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(50));

    [Fact]
    public void The_slot_of_a_deleted_pod_is_given_to_nobody_for_a_minute()
    {
        var slots = Started();
        Assert.Equal([0, 1, 2], [slots.Take(), slots.Take(), slots.Take()]);
        Free(slots, 1);

        Assert.Equal(3, slots.Take());
        _time.Advance(Slots.Pause - TimeSpan.FromMilliseconds(1));
        Assert.Equal(4, slots.Take());
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, slots.Take());
    }

    [Fact]
    public void A_podd_that_is_started_anew_knows_what_rests_and_since_when()
    {
        var last = Started();
        last.Take();
        Free(last, 0);
        _time.Advance(TimeSpan.FromSeconds(40));

        var slots = Started();
        Assert.Equal(1, slots.Take());
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(0, slots.Take());
        Assert.Empty(Directory.GetFiles(Path.Combine(_root, "resting")));
    }

    [Fact]
    public void Where_nothing_else_is_free_the_one_that_has_rested_longest_is_given()
    {
        var slots = Started();
        for (var slot = 0; slot < Plan.Slots; slot++)
            Assert.Equal(slot, slots.Take());
        Assert.Equal(FaultKind.HostFull, Assert.Throws<FaultException>(() => slots.Take()).Fault.Kind);

        foreach (var slot in (int[])[9, 4, 7])
        {
            Free(slots, slot);
            _time.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.Equal([9, 4, 7], [slots.Take(), slots.Take(), slots.Take()]);
        Assert.Throws<FaultException>(() => slots.Take());
    }

    [Fact]
    public void A_slot_that_was_found_with_a_pod_is_taken_once()
    {
        var slots = Started();
        Assert.True(slots.Take(5));
        Assert.False(slots.Take(5));
        Assert.Equal([0, 1, 2, 3, 4, 6], Enumerable.Range(0, 6).Select(_ => slots.Take()));
    }

    [Fact]
    public void A_clock_that_is_set_back_keeps_no_slot_from_use()
    {
        var last = Started();
        last.Take();
        Free(last, 0);
        File.SetLastWriteTimeUtc(Path.Combine(_root, "resting", "0"), _time.GetUtcNow().AddYears(1).UtcDateTime);
        Assert.Equal(0, Started().Take());
    }

    [Fact]
    public void A_rest_that_cannot_be_written_down_is_kept_by_the_podd_that_runs()
    {
        File.WriteAllText(Path.Combine(_root, "resting"), "in the way");
        var slots = Started();
        slots.Take();
        Free(slots, 0);
        Assert.Equal(1, slots.Take());
        _time.Advance(Slots.Pause);
        Assert.Equal(0, slots.Take());
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private Slots Started()
    {
        var slots = new Slots(Plan, new PoddOptions { Root = _root }, _time, NullLogger<Slots>.Instance);
        slots.Load();
        return slots;
    }

    private static void Free(Slots slots, int slot)
    {
        slots.Rest(slot);
        slots.Release(slot);
    }
}
