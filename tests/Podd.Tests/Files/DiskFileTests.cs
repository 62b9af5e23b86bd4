using System.Globalization;
using Pinacle.Contracts;
using Pinacle.Podd.Files;
using Xunit;

namespace Pinacle.Podd.Tests.Files;

public sealed class DiskFileTests : IAsyncLifetime
{
    private readonly HostileDisk _disk = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _disk.DisposeAsync();

    [Theory]
    [InlineData("/link", "ln -s /etc/shadow link")]
    [InlineData("/link", "ln -s ../../../../../../etc/shadow link")]
    [InlineData("/a/b/shadow", "mkdir a; ln -s /etc a/b")]
    [InlineData("/a/b/shadow", "mkdir -p a; ln -s ../../../../etc a/b")]
    [InlineData("/one", "ln -s two one; ln -s three two; ln -s /../../etc/shadow three")]
    [InlineData("/up/etc/shadow", "ln -s .. up")]
    public async Task A_link_leads_to_where_it_leads_in_the_pod(string path, string make)
    {
        await File.WriteAllTextAsync(Path.Combine(_disk.Root, "etc/shadow"), "the pod's own");
        await _disk.Make(make);
        Assert.Equal("the pod's own", await _disk.Read(path));
    }

    [Theory]
    [InlineData("/out", "ln -s {0} out")]
    [InlineData("/out", "ln -s ../shadow out")]
    [InlineData("/folder/shadow", "ln -s .. folder")]
    [InlineData("/folder/out", "mkdir folder; ln -s ../../shadow folder/out")]
    [InlineData("/self/root/etc/hostname", "ln -s /proc/self self")]
    public async Task A_link_to_the_hosts_files_finds_nothing(string path, string make)
    {
        await _disk.Make(string.Format(CultureInfo.InvariantCulture, make, _disk.Outside));
        Assert.Equal(FaultKind.NotFound, (await Assert.ThrowsAsync<FaultException>(() => _disk.Read(path))).Fault.Kind);
    }

    [Theory]
    [InlineData("mkfifo it")]
    [InlineData("python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"it\")'")]
    [InlineData("mknod it c 1 3")]
    [InlineData("mkfifo other; ln -s other it")]
    public async Task What_is_no_regular_file_is_refused_at_once(string make)
    {
        await _disk.Make(make);
        var error = await Assert.ThrowsAsync<FaultException>(() => _disk.Read("/it")).WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(new Fault(FaultKind.Invalid, "cannot read /it: it is not a regular file"), error.Fault);
    }

    [Fact]
    public async Task Links_that_go_round_are_given_up()
    {
        await _disk.Make("ln -s it it");
        Assert.Equal(FaultKind.Conflict, (await Assert.ThrowsAsync<FaultException>(() => _disk.Read("/it"))).Fault.Kind);
    }

    [Fact]
    public async Task Whoever_swaps_folders_and_links_while_they_are_read_is_never_led_out()
    {
        await _disk.Make("mkdir real; echo inside > real/shadow");
        Directory.CreateSymbolicLink(Path.Combine(_disk.Root, "trap"), Path.GetDirectoryName(_disk.Outside)!);
        var swapping = _disk.Make("""
            python3 -c '
            import os
            while not os.path.lexists("stop"):
                os.rename("real", "spare"); os.rename("trap", "real"); os.rename("real", "trap"); os.rename("spare", "real")
            '
            """.Replace("\n            ", "\n", StringComparison.Ordinal));
        var seen = new HashSet<string>();
        for (var look = 0; look < 5000; look++)
        {
            try
            {
                seen.Add(await _disk.Read("/real/../real/shadow"));
            }
            catch (FaultException error) when (error.Fault.Kind is FaultKind.NotFound or FaultKind.Conflict)
            {
                // It was gone for a moment.
            }
        }
        await _disk.Make("touch stop");
        await swapping;
        Assert.Equal(["inside\n"], seen);
    }

    [Theory]
    [InlineData(0, 4L, "0123")]
    [InlineData(-3, null, "789")]
    [InlineData(4711, 3L, "")]
    public async Task A_part_can_be_read(long offset, long? length, string expected)
    {
        await _disk.Make("printf 0123456789 > ten");
        await using var file = DiskFile.Open(_disk.Tree, "/ten", offset, length);
        Assert.Equal(10, file.Entry!.Size);
        var copy = new MemoryStream();
        await file.CopyTo(copy, CancellationToken.None);
        Assert.Equal(expected, System.Text.Encoding.ASCII.GetString(copy.ToArray()));
    }

    [Fact]
    public async Task A_file_that_becomes_shorter_while_it_is_read_is_no_whole_answer()
    {
        await _disk.Make("head -c 1000000 /dev/zero > large");
        await using var file = DiskFile.Open(_disk.Tree, "/large", 0, null);
        await _disk.Make("truncate -s 10 large");
        Assert.Equal(FaultKind.Conflict, (await Assert.ThrowsAsync<FaultException>(() => file.CopyTo(Stream.Null, CancellationToken.None))).Fault.Kind);
    }

    [Fact]
    public async Task A_folder_is_listed_with_its_kinds_whatever_the_names_are()
    {
        await _disk.Make("mkdir f; cd f; touch \"$(printf 'bad\\377name')\" \"$(printf 'new\\nline')\" '<b>'; ln -s /nowhere dangling; mkfifo pipe; mkdir folder; mknod device c 1 3");
        await using var folder = DiskFile.Open(_disk.Tree, "/f", 0, null);
        Assert.Equal("/f", folder.Listing!.Path);
        Assert.Equal("folder", folder.Listing.Items[0].Name);
        Assert.Equal(7, folder.Listing.Items.Count);
        Assert.Contains(folder.Listing.Items, entry => entry is { Name: "new\nline", Kind: "file" });
        Assert.Contains(folder.Listing.Items, entry => entry is { Name: "dangling", Kind: "link" });
        Assert.Contains(folder.Listing.Items, entry => entry is { Name: "device", Kind: "other" });
    }

    [Fact]
    [Trait("Category", "Proof")]
    public async Task A_huge_folder_is_listed_in_part_without_reading_all_of_it()
    {
        var count = Environment.GetEnvironmentVariable("PINACLE_PROOF") is null ? 60_000 : 1_000_000;
        await _disk.Make($"mkdir many; python3 -c 'import os\nfor i in range({count}): os.close(os.open(\"many/%d\" % i, os.O_CREAT))'");
        var before = GC.GetAllocatedBytesForCurrentThread();
        await using var folder = DiskFile.Open(_disk.Tree, "/many", 0, null);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 32 << 20);
        Assert.True(folder.Listing is { Truncated: true, Items.Count: > 5_000 and <= 10_000 });
    }
}
