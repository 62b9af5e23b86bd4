using Microsoft.Extensions.Logging.Abstractions;
using Pinacle.Podd.Commands;
using Xunit;

namespace Pinacle.Podd.HostTests.Packaging;

public sealed class PackageTests
{
    // A first run makes the Debian root that later ones find in the cache.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(15);
    private readonly HostCommand _command = new(NullLogger<HostCommand>.Instance);

    [SkippableFact]
    public async Task The_package_installs_upgrades_removes_and_purges_in_a_Debian_root()
    {
        Skip.If(TestHost.Published is null, "podd and guest are not published side by side (PINACLE_PODD and PINACLE_GUEST of packaging/dev/build.sh)");
        Skip.If(!File.Exists("/usr/bin/mmdebstrap"), "mmdebstrap is not installed");

        var result = await _command.Run(TestHost.InRepository("packaging/deb/test-in-root")!, [TestHost.Published], Limit);

        Assert.EndsWith("nothing is left", result.Stdout.Trim(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Lintian_finds_no_error_in_the_package()
    {
        Skip.If(TestHost.Published is null, "podd and guest are not published side by side (PINACLE_PODD and PINACLE_GUEST of packaging/dev/build.sh)");
        Skip.If(!File.Exists("/usr/bin/lintian"), "lintian is not installed");
        var folder = Directory.CreateTempSubdirectory("podd-package-").FullName;
        try
        {
            var package = (await _command.Run("env", ["PINACLE_DEB_COMPRESSION=-Zgzip -z1", TestHost.InRepository("packaging/deb/build")!, TestHost.Published, folder], Limit)).Stdout.Trim();

            var result = await _command.Run("lintian", ["--fail-on", "error", "--allow-root", package], Limit, allow: [2]);

            Assert.True(result.ExitCode == 0, result.Stdout);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
