using Microsoft.Extensions.Logging.Abstractions;
using Pinacle.Podd.Commands;
using Xunit;

namespace Pinacle.Podd.Tests.Commands;

public sealed class HostCommandTests
{
    // runsc prints the stacks of all its threads and the whole of a file system's entry behind the reason.
    [Fact]
    public async Task People_are_told_why_a_program_failed_and_not_all_that_it_prints_of_itself()
    {
        var command = new HostCommand(NullLogger<HostCommand>.Instance);
        var error = await Assert.ThrowsAsync<HostCommandException>(() => command.Run("sh", ["-c", "echo 'cannot do it' >&2; seq 10000 >&2; exit 3"]));
        Assert.Equal("cannot do it\n1\n2\n3\n4", error.Reason);
        Assert.EndsWith(error.Reason, error.Message, StringComparison.Ordinal);
        Assert.Contains("\n10000\n", error.Stderr, StringComparison.Ordinal);
        Assert.Equal(3, error.ExitCode);

        error = await Assert.ThrowsAsync<HostCommandException>(() => command.Run("sh", ["-c", "printf '%9999s' x >&2; exit 1"]));
        Assert.InRange(error.Reason.Length, 1, 510);
    }
}
