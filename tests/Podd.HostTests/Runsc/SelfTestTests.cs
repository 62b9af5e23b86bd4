using Microsoft.Extensions.Logging.Abstractions;
using Pinacle.Contracts;
using Pinacle.Podd.Commands;
using Pinacle.Podd.Runsc;
using Xunit;

namespace Pinacle.Podd.HostTests.Runsc;

public sealed class SelfTestTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("podd-self-test-").FullName;

    [Fact]
    public async Task The_runsc_of_the_package_is_fit_and_the_second_start_remembers_it()
    {
        var options = new PoddOptions { Root = _root, Runsc = TestHost.Runsc };

        var first = await Test(options);
        Assert.True(first.State == RuntimeState.Fit, first.Message);
        Assert.StartsWith("runsc version", first.Version, StringComparison.Ordinal);

        var began = TimeProvider.System.GetTimestamp();
        Assert.Equal(first, await Test(options));
        Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(1));
        Assert.Equal(["self-test.json"], Directory.EnumerateFileSystemEntries(_root).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_program_that_is_not_runsc_is_unfit_and_the_report_says_why()
    {
        var report = await Test(new PoddOptions { Root = _root, Runsc = "/bin/false" });

        Assert.Equal(RuntimeState.Unfit, report.State);
        Assert.Contains("/bin/false --version", report.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private static Task<RuntimeReport> Test(PoddOptions options) =>
        new SelfTest(options, new HostCommand(NullLogger<HostCommand>.Instance), NullLogger<SelfTest>.Instance).Run(CancellationToken.None);
}
