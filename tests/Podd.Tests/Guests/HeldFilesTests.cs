using Pinacle.Contracts;
using Xunit;

namespace Pinacle.Podd.Tests.Guests;

public sealed class HeldFilesTests(RunningGuest guest) : IClassFixture<RunningGuest>
{
    [Theory]
    [InlineData("exec 9>held-open; rm held-open", "held-open")]
    [InlineData("mkdir held-folder; cd held-folder; rmdir ../held-folder", "held-folder")]
    // As a package manager does: what runs is replaced by its next version.
    [InlineData("cp /bin/sleep held-program; ./held-program 1000 & cp /bin/sleep next; mv next held-program", "held-program")]
    public async Task A_file_that_is_gone_and_still_used_is_told_with_its_process(string act, string name)
    {
        using var end = new CancellationTokenSource();
        var holding = guest.Client.Exec(new ExecSpec { Command = ["bash", "-c", act + "; sleep 1000"], Timeout = 60 }, end.Token);
        var files = await Eventually.Succeeds(
            async () =>
            {
                var held = await InWorkspace();
                Assert.NotEmpty(held);
                return held;
            },
            TimeSpan.FromSeconds(30));
        Assert.All(files, file => Assert.Equal(Path.Combine(guest.Workspace, name), file.Path));
        Assert.All(files, file => Assert.NotEqual(0, file.ProcessId));
        Assert.Contains(files, file => file.Process is "sleep" or "held-program");

        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => holding);
        await Eventually.Succeeds(
            async () =>
            {
                var held = await InWorkspace();
                Assert.Empty(held);
                return held;
            },
            TimeSpan.FromSeconds(30));
    }

    private async Task<IReadOnlyList<HeldFile>> InWorkspace() =>
        [.. (await guest.Client.HeldFiles(CancellationToken.None)).Where(file => file.Path.StartsWith(guest.Workspace, StringComparison.Ordinal))];
}
