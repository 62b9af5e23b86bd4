using Microsoft.Extensions.Logging.Abstractions;
using Pinacle.Contracts;
using Pinacle.Podd.Cgroups;
using Pinacle.Podd.Commands;
using Pinacle.Podd.Runsc;
using Xunit;
using Xunit.Abstractions;

namespace Pinacle.Podd.HostTests.Runsc;

public sealed class SelfTestTests(ITestOutputHelper output) : IDisposable
{
    private const int Trials = 5;
    private readonly string _root = Directory.CreateTempSubdirectory("podd-self-test-").FullName;

    [Fact]
    public async Task The_runsc_of_the_package_is_fit_and_the_second_start_remembers_it()
    {
        var options = new PoddOptions { Root = _root, Runsc = TestHost.Runsc };
        // Of a podd that was killed in the middle of its own: no process has this number.
        foreach (var folder in Directory.GetDirectories("/sys/fs/cgroup").Append("/sys/fs/cgroup").Where(folder => File.Exists(Path.Combine(folder, "cgroup.procs"))))
            Directory.CreateDirectory(Path.Combine(folder, "canary-s-4194304"));

        var first = await Test(options);
        Assert.True(first.State == RuntimeState.Fit, first.Message);
        Assert.StartsWith("runsc version", first.Version, StringComparison.Ordinal);

        var began = TimeProvider.System.GetTimestamp();
        Assert.Equal(first, await Test(options));
        Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(1));
        Assert.Equal(["self-test.json"], Directory.EnumerateFileSystemEntries(_root).Select(Path.GetFileName));
        Assert.DoesNotContain("canary-s-4194304", Cgroup.Children(""));
        Assert.DoesNotContain(Cgroup.Children(""), name => name.StartsWith("canary-", StringComparison.Ordinal) && name.EndsWith($"-{Environment.ProcessId}", StringComparison.Ordinal));
    }

    // Bookworm's has no systrap; sid's, the same source compiled by a newer Go, panics now and then: how often depends on the machine's load.
    [SkippableTheory]
    [InlineData("bookworm")]
    [InlineData("sid")]
    public async Task The_runsc_of_a_suite_that_loses_pods_is_refused(string suite)
    {
        var command = new HostCommand(NullLogger<HostCommand>.Instance);
        var download = await command.Run(TestHost.InRepository("packaging/debian-download")!, [suite, "runsc", _root], TimeSpan.FromMinutes(3), allow: [1]);
        Skip.If(download.ExitCode != 0, $"no runsc of {suite} to be had here: {download.Stderr}");
        await command.Run("dpkg-deb", ["--extract", download.Stdout.Trim(), _root]);

        // Its panics are chance, so one test of it may find none.
        for (var trial = 1; trial <= Trials; trial++)
        {
            var report = await Test(new PoddOptions { Root = Path.Combine(_root, $"podd{trial}"), Runsc = Path.Combine(_root, "usr/bin/runsc") });
            output.WriteLine($"{trial}: {report.State} {report.Message}");
            if (report.State == RuntimeState.Unfit)
                return;
        }
        Assert.Fail($"runsc of {suite} was found fit {Trials} times");
    }

    [Fact]
    public async Task A_busy_host_on_which_a_canary_ends_before_runsc_says_that_it_began_does_not_make_runsc_unfit()
    {
        var late = Path.Combine(_root, "late");
        await File.WriteAllTextAsync(late, $$"""
            #!/bin/bash
            {{TestHost.Runsc}} "$@"
            code=$?
            if [[ " $* " =~ \ --pid-file[=\ ]([^ ]+)\ .*canary-[0-9] ]]; then
                read -r pid <"${BASH_REMATCH[1]}"
                while [[ -d /proc/$pid ]]; do sleep 0.1; done
            fi
            exit $code
            """);
        File.SetUnixFileMode(late, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        var report = await Test(new PoddOptions { Root = Path.Combine(_root, "podd"), Runsc = late });
        Assert.True(report.State == RuntimeState.Fit, report.Message);
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
