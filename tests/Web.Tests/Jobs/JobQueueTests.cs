using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using Pinacle.Web.Database;
using Pinacle.Web.Jobs;
using Pinacle.Web.Tests.Stand;
using Xunit;

namespace Pinacle.Web.Tests.Jobs;

public sealed class JobQueueTests : IAsyncLifetime
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private string connection = "";
    private NpgsqlDataSource database = null!;
    private JobQueue queue = null!;

    public async Task InitializeAsync()
    {
        connection = await (await PostgresCluster.Shared).MakeDatabase();
        await using (var db = Open())
            await db.Database.MigrateAsync();
        database = NpgsqlDataSource.Create(connection);
        queue = new JobQueue(database, time);
    }

    public async Task DisposeAsync() => await database.DisposeAsync();

    [Fact]
    public async Task Many_workers_never_run_one_job_twice()
    {
        const int count = 300;
        await using (var db = Open())
        {
            for (var i = 0; i < count; i++)
                queue.Enqueue(db, "test", null);
            await db.SaveChangesAsync();
        }

        var claimed = new ConcurrentBag<Guid>();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async worker =>
        {
            while (await queue.Claim($"w{worker}", 7, Lease, CancellationToken.None) is { Count: > 0 } claims)
            {
                foreach (var claim in claims)
                    claimed.Add(claim.JobId);
            }
        }));
        Assert.Equal(count, claimed.Count);
        Assert.Equal(count, claimed.Distinct().Count());
    }

    [Fact]
    public async Task A_dead_workers_job_is_taken_over_and_the_dead_one_can_write_nothing()
    {
        await Enqueue("test", Guid.CreateVersion7());
        var first = Assert.Single(await Claim("one"));
        Assert.Empty(await Claim("two"));
        time.Advance(Lease + TimeSpan.FromSeconds(1));
        var second = Assert.Single(await Claim("two"));
        Assert.Equal((first.JobId, 2), (second.JobId, second.Attempt));
        Assert.False(await queue.Renew(first, Lease, CancellationToken.None));
        Assert.False(await queue.Succeed(first, CancellationToken.None));
        await using (var db = Open())
            await Assert.ThrowsAsync<ClaimLostException>(() => new JobFence(db, time).Write(first, () => Task.CompletedTask, isLast: false, CancellationToken.None));
        Assert.True(await queue.Succeed(second, CancellationToken.None));
    }

    [Fact]
    public async Task A_living_workers_long_job_is_never_taken()
    {
        await Enqueue("test", null);
        var claim = Assert.Single(await Claim("one"));
        for (var beat = 0; beat < 20; beat++)
        {
            time.Advance(TimeSpan.FromSeconds(10));
            Assert.True(await queue.Renew(claim, Lease, CancellationToken.None));
            Assert.Empty(await Claim("two"));
        }
    }

    [Fact]
    public async Task Jobs_of_one_pod_run_one_after_the_other_in_order_and_those_of_others_beside_them()
    {
        var (one, other) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var first = await Enqueue("provision-pod", one);
        time.Advance(TimeSpan.FromMilliseconds(2));
        await Task.Delay(2);
        var second = await Enqueue("stop-pod", one);
        var third = await Enqueue("provision-pod", other);
        var claims = await Claim("w");
        Assert.Equal([first, third], claims.Select(claim => claim.JobId).Order());
        Assert.Empty(await Claim("w"));
        await queue.Retry(claims.Single(claim => claim.JobId == first), "not yet", TimeSpan.FromMinutes(1), CancellationToken.None);
        Assert.Empty(await Claim("w"));
        time.Advance(TimeSpan.FromMinutes(2));
        var again = Assert.Single(await Claim("w"), claim => claim.JobId == first);
        await queue.Succeed(again, CancellationToken.None);
        Assert.Contains(await Claim("w"), claim => claim.JobId == second);
    }

    [Fact]
    public async Task A_clean_up_cancels_what_waits_or_runs_for_its_pod()
    {
        var pod = Guid.CreateVersion7();
        await Enqueue("provision-pod", pod);
        var running = Assert.Single(await Claim("w"));
        await using (var db = Open())
        {
            await queue.CancelFor(db, pod, JobKinds.CleanUpPod, CancellationToken.None);
            queue.Enqueue(db, JobKinds.CleanUpPod, pod);
            await db.SaveChangesAsync();
        }

        Assert.False(await queue.Renew(running, Lease, CancellationToken.None));
        Assert.Equal(JobKinds.CleanUpPod, Assert.Single(await Claim("w")).Kind);
    }

    [Fact]
    public async Task A_failed_attempt_waits_its_pause_and_a_handed_back_one_does_not_count()
    {
        await Enqueue("test", null);
        var claim = Assert.Single(await Claim("w"));
        await queue.Retry(claim, "boom", TimeSpan.FromSeconds(8), CancellationToken.None);
        Assert.Equal(time.GetUtcNow() + TimeSpan.FromSeconds(8), await queue.NextDue(CancellationToken.None));
        time.Advance(TimeSpan.FromSeconds(9));
        claim = Assert.Single(await Claim("w"));
        Assert.Equal(2, claim.Attempt);
        await queue.Release(claim, CancellationToken.None);
        Assert.Equal(2, Assert.Single(await Claim("w")).Attempt);
    }

    [Fact]
    public async Task A_dedupe_key_makes_recurring_work_wait_once()
    {
        await using var db = Open();
        queue.Enqueue(db, "prune", null, dedupeKey: "prune:today");
        await db.SaveChangesAsync();
        queue.Enqueue(db, "prune", null, dedupeKey: "prune:today");
        await Assert.ThrowsAsync<DbUpdateException>(() => db.SaveChangesAsync());
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(5, 16)]
    [InlineData(12, 120)]
    [InlineData(9000, 120)]
    public void Pauses_double_up_to_a_most_and_chance_takes_at_most_half(int attempt, int seconds)
    {
        var options = new JobsOptions();
        Assert.Equal(TimeSpan.FromSeconds(seconds), JobBackoff.After(attempt, options, 0));
        Assert.Equal(TimeSpan.FromSeconds(seconds / 2.0), JobBackoff.After(attempt, options, 1));
    }

    private PinacleDb Open()
    {
        var options = new DbContextOptionsBuilder<PinacleDb>();
        DatabaseSetup.Use(options, connection);
        return new PinacleDb(options.Options);
    }

    private async Task<Guid> Enqueue(string kind, Guid? pod)
    {
        await using var db = Open();
        queue.Enqueue(db, kind, pod);
        await db.SaveChangesAsync();
        return db.Jobs.Local.Single().Id;
    }

    private Task<IReadOnlyList<JobClaim>> Claim(string worker) => queue.Claim(worker, 10, Lease, CancellationToken.None);
}
