using System.Formats.Tar;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Text;
using CliWrap;
using Pinacle.Contracts;
using Pinacle.Podd.Guests;
using Xunit;

namespace Pinacle.Podd.Tests.Guests;

public sealed class GuestFileTests(RunningGuest guest) : IClassFixture<RunningGuest>
{
    [Fact]
    public async Task A_file_is_written_listed_read_and_deleted()
    {
        var bytes = new byte[1_000_000];
        Random.Shared.NextBytes(bytes);
        var path = Path.Combine(guest.Workspace, "deep/er/file.bin");
        await guest.Client.WriteFile(path, new MemoryStream(bytes), CancellationToken.None);

        await using (var folder = await guest.Client.ReadFile(Path.GetDirectoryName(path)!, CancellationToken.None))
            Assert.Equal(("file.bin", "file", 1_000_000L), (folder.Listing!.Items.Single().Name, folder.Listing.Items.Single().Kind, folder.Listing.Items.Single().Size));

        await using (var file = await guest.Client.ReadFile(path, CancellationToken.None))
        {
            var copy = new MemoryStream();
            await file.CopyTo(copy, CancellationToken.None);
            Assert.Equal(bytes, copy.ToArray());
        }

        await guest.Client.DeleteFile(Path.Combine(guest.Workspace, "deep"), CancellationToken.None);
        var error = await Assert.ThrowsAsync<FaultException>(() => guest.Client.ReadFile(path, CancellationToken.None));
        Assert.Equal(FaultKind.NotFound, error.Fault.Kind);
    }

    [Fact]
    public async Task A_pipe_is_refused_at_once()
    {
        var path = Path.Combine(guest.Workspace, "pipe");
        await Cli.Wrap("mkfifo").WithArguments([path]).ExecuteAsync();
        var error = await Assert.ThrowsAsync<FaultException>(() => guest.Client.ReadFile(path, CancellationToken.None));
        Assert.Equal(FaultKind.Invalid, error.Fault.Kind);
    }

    [Fact]
    public async Task A_deleted_link_leaves_what_it_led_to()
    {
        var target = Path.Combine(guest.Root, "outside");
        Directory.CreateDirectory(target);
        await File.WriteAllTextAsync(Path.Combine(target, "kept"), "");
        var link = Path.Combine(guest.Workspace, "link");
        Directory.CreateSymbolicLink(link, target);
        await guest.Client.DeleteFile(link, CancellationToken.None);
        Assert.False(Path.Exists(link));
        Assert.True(File.Exists(Path.Combine(target, "kept")));
    }

    [Theory]
    [InlineData(0, 4L, "0123")]
    [InlineData(3, 2L, "34")]
    [InlineData(8, 100L, "89")]
    [InlineData(-3, null, "789")]
    [InlineData(-100, null, "0123456789")]
    [InlineData(10, null, "")]
    [InlineData(4711, 3L, "")]
    public async Task A_part_of_a_file_can_be_read(long offset, long? length, string expected)
    {
        var path = Path.Combine(guest.Workspace, "ten");
        await File.WriteAllTextAsync(path, "0123456789");
        await using var file = await guest.Client.ReadFile(path, CancellationToken.None, offset, length);
        Assert.Equal(10, file.Entry!.Size);
        Assert.Equal(expected, await Text(file));
    }

    [Fact]
    public async Task A_file_that_states_no_size_is_read_to_its_end()
    {
        await using var file = await guest.Client.ReadFile("/proc/self/status", CancellationToken.None);
        Assert.StartsWith("Name:", await Text(file), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_written_file_keeps_its_mode_and_owner_and_new_ones_are_their_folders_owners()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "files can be given away by root only");
        var folder = Directory.CreateDirectory(Path.Combine(guest.Workspace, "owned")).FullName;
        var script = Path.Combine(folder, "script");
        await File.WriteAllTextAsync(script, "old");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        const string owner = "65534:65534";
        await Cli.Wrap("chown").WithArguments(["-R", owner, folder]).ExecuteAsync();
        await Write(script, "new");
        await Write(Path.Combine(folder, "below/fresh"), "fresh");
        Assert.Equal($"700 {owner}", await Stat(script));
        Assert.Equal($"644 {owner}", await Stat(Path.Combine(folder, "below/fresh")));
        Assert.Equal(["below", "script"], Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task Writing_to_a_link_writes_what_it_leads_to()
    {
        var (target, link) = (Path.Combine(guest.Root, "led-to"), Path.Combine(guest.Workspace, "leads"));
        await File.WriteAllTextAsync(target, "old");
        File.CreateSymbolicLink(link, target);
        await Write(link, "new");
        Assert.Equal("new", await File.ReadAllTextAsync(target));
        Assert.Equal(target, new FileInfo(link).LinkTarget);
    }

    [Theory]
    [InlineData("ln -s round round", "round", FaultKind.Invalid)]
    [InlineData("mkfifo fifo", "fifo", FaultKind.Invalid)]
    [InlineData("mkdir folder", "folder", FaultKind.Conflict)]
    [InlineData("touch file", "file/below", FaultKind.Conflict)]
    public async Task What_cannot_be_written_is_refused_and_nothing_is_left(string make, string name, FaultKind kind)
    {
        var folder = Directory.CreateDirectory(Path.Combine(guest.Workspace, $"refused-{Guid.NewGuid():N}")).FullName;
        await Cli.Wrap("sh").WithArguments(["-c", make]).WithWorkingDirectory(folder).ExecuteAsync();
        var before = Directory.EnumerateFileSystemEntries(folder).ToList();
        var error = await Assert.ThrowsAsync<FaultException>(() => Write(Path.Combine(folder, name), "x")).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(kind, error.Fault.Kind);
        Assert.Equal(before, Directory.EnumerateFileSystemEntries(folder));
    }

    [Fact]
    public async Task A_write_whose_caller_goes_leaves_the_old_file()
    {
        var path = Path.Combine(guest.Workspace, "kept");
        await File.WriteAllTextAsync(path, "old");
        var content = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        await content.Writer.WriteAsync(new byte[100_000]);
        using var going = new CancellationTokenSource();
        var writing = guest.Client.WriteFile(path, content.Reader.AsStream(), going.Token);
        await Eventually.True(() => Task.FromResult(Directory.EnumerateFiles(guest.Workspace, ".pinacle-*").Any()));
        await going.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);
        await Eventually.True(() => Task.FromResult(!Directory.EnumerateFiles(guest.Workspace, ".pinacle-*").Any()));
        Assert.Equal("old", await File.ReadAllTextAsync(path));
    }

    [SkippableFact]
    public async Task A_full_disk_is_said_before_the_upload_is_at_its_end()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "a small file system can be mounted by root only");
        var disk = Directory.CreateDirectory(Path.Combine(guest.Root, "small")).FullName;
        await Cli.Wrap("mount").WithArguments(["-t", "tmpfs", "-o", "size=256k", "none", disk]).ExecuteAsync();
        try
        {
            var endless = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
            await endless.Writer.WriteAsync(new byte[1 << 20]);
            var error = await Assert.ThrowsAsync<FaultException>(() => guest.Client.WriteFile(Path.Combine(disk, "large"), endless.Reader.AsStream(), CancellationToken.None)).WaitAsync(TimeSpan.FromSeconds(30));
            Assert.Equal(FaultKind.DiskFull, error.Fault.Kind);
            Assert.Empty(Directory.EnumerateFileSystemEntries(disk));
        }
        finally
        {
            await Cli.Wrap("umount").WithArguments([disk]).ExecuteAsync();
        }
    }

    [Fact]
    public async Task A_folder_with_names_that_are_no_text_is_listed()
    {
        var folder = Directory.CreateDirectory(Path.Combine(guest.Workspace, "hostile")).FullName;
        await Cli.Wrap("sh").WithArguments(["-c", "touch \"$(printf 'bad\\377name')\" \"$(printf 'new\\nline')\" '<b>' && ln -s /nowhere dangling && ln -s dangling again && mkfifo pipe && touch -d @99999999999999 later"]).WithWorkingDirectory(folder).ExecuteAsync();
        await using var listing = await guest.Client.ReadFile(folder, CancellationToken.None);
        Assert.Equal(7, listing.Listing!.Items.Count);
        Assert.Contains(listing.Listing.Items, entry => entry is { Name: "new\nline", Kind: "file" });
        Assert.Contains(listing.Listing.Items, entry => entry is { Name: "dangling", Kind: "link" });
        Assert.Contains(listing.Listing.Items, entry => entry is { Name: "pipe", Kind: "other" });
        await guest.Client.DeleteFile(folder, CancellationToken.None);
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public async Task A_listing_is_bounded_by_count_and_by_bytes()
    {
        var many = Directory.CreateDirectory(Path.Combine(guest.Workspace, "many")).FullName;
        await Cli.Wrap("sh").WithArguments(["-c", "seq 1 12000 | xargs touch"]).WithWorkingDirectory(many).ExecuteAsync();
        await using (var listing = await guest.Client.ReadFile(many, CancellationToken.None))
            Assert.True(listing.Listing is { Truncated: true, Items.Count: > 5_000 and <= 10_000 });

        var wide = Directory.CreateDirectory(Path.Combine(guest.Workspace, "wide")).FullName;
        await Cli.Wrap("python3").WithArguments(["-c", "for i in range(2000): open(chr(1) * 200 + str(i), 'w')"]).WithWorkingDirectory(wide).ExecuteAsync();
        await using (var listing = await guest.Client.ReadFile(wide, CancellationToken.None))
            Assert.True(listing.Listing is { Truncated: true, Items.Count: > 100 });
    }

    [Fact]
    public async Task A_device_or_a_socket_is_refused_at_once()
    {
        foreach (var device in (string[])["/dev/null", "/dev/tty", "/dev/ptmx"])
        {
            var error = await Assert.ThrowsAsync<FaultException>(() => guest.Client.ReadFile(device, CancellationToken.None)).WaitAsync(TimeSpan.FromSeconds(10));
            Assert.Equal(FaultKind.Invalid, error.Fault.Kind);
        }
    }

    [Fact]
    public async Task The_whole_of_a_pod_is_not_deleted_by_one_word()
    {
        var error = await Assert.ThrowsAsync<FaultException>(() => guest.Client.DeleteFile("/workspace/..", CancellationToken.None));
        Assert.Equal(FaultKind.Invalid, error.Fault.Kind);
    }

    [Fact]
    public async Task A_folder_comes_as_a_tar()
    {
        var folder = Path.Combine(guest.Workspace, "packed");
        await Write(Path.Combine(folder, "one/two"), "content");
        File.CreateSymbolicLink(Path.Combine(folder, "link"), "/etc/passwd");
        await using var archive = await guest.Client.Archive(folder, CancellationToken.None);
        var bytes = new MemoryStream();
        await archive.CopyTo(bytes, CancellationToken.None);
        bytes.Position = 0;
        var entries = new Dictionary<string, TarEntryType>();
        await using var tar = new TarReader(new GZipStream(bytes, CompressionMode.Decompress));
        while (await tar.GetNextEntryAsync() is { } entry)
            entries[entry.Name.TrimEnd('/')] = entry.EntryType;
        Assert.Equal(TarEntryType.SymbolicLink, entries["packed/link"]);
        Assert.Contains("packed/one/two", entries.Keys);
    }

    private Task Write(string path, string text) => guest.Client.WriteFile(path, new MemoryStream(Encoding.UTF8.GetBytes(text)), CancellationToken.None);

    private static async Task<string> Text(GuestFile file)
    {
        var copy = new MemoryStream();
        await file.CopyTo(copy, CancellationToken.None);
        return Encoding.UTF8.GetString(copy.ToArray());
    }

    private static async Task<string> Stat(string path)
    {
        var output = new StringBuilder();
        await Cli.Wrap("stat").WithArguments(["-c", "%a %u:%g", path]).WithStandardOutputPipe(PipeTarget.ToStringBuilder(output)).ExecuteAsync();
        return output.ToString().Trim();
    }
}
