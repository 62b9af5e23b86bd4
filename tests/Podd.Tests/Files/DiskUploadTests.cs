using System.Globalization;
using System.IO.Pipelines;
using Pinacle.Contracts;
using Pinacle.Podd.Files;
using Xunit;

namespace Pinacle.Podd.Tests.Files;

public sealed class DiskUploadTests : IAsyncLifetime
{
    private readonly HostileDisk _disk = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        Assert.Equal(HostileDisk.Secret, await File.ReadAllTextAsync(_disk.Outside));
        await _disk.DisposeAsync();
    }

    [SkippableFact]
    public async Task A_file_keeps_its_mode_and_owner_and_new_ones_are_their_folders_owners()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "files can be given away by root only");
        await _disk.Make("mkdir owned; echo old > owned/script; chmod 4750 owned/script; chown -R 1000:1001 owned");
        await _disk.Write("/owned/script", "new");
        await _disk.Write("/owned/below/it/fresh", "fresh");
        await _disk.Make("test \"$(cat owned/script owned/below/it/fresh)\" = newfresh; test \"$(stat -c '%a %u:%g' owned/script owned/below owned/below/it/fresh | tr '\\n' ,)\" = '750 1000:1001,755 1000:1001,644 1000:1001,'; test -z \"$(find . -name '.pinacle-*')\"");
    }

    [Theory]
    [InlineData("/link", "ln -s /etc/file link")]
    [InlineData("/link", "ln -s ../../../../etc/file link")]
    [InlineData("/folder/file", "ln -s /etc folder")]
    [InlineData("/one", "ln -s two one; ln -s etc/../../etc/file two")]
    public async Task Writing_to_a_link_writes_what_it_leads_to_in_the_pod(string path, string make)
    {
        await _disk.Make("echo old > etc/file;" + make);
        await _disk.Write(path, "new");
        Assert.Equal("new", await File.ReadAllTextAsync(Path.Combine(_disk.Root, "etc/file")));
        Assert.Equal("new", await _disk.Read(path));
    }

    [Theory]
    [InlineData("/out", "ln -s {0} out")]
    [InlineData("/out", "ln -s ../shadow out")]
    [InlineData("/folder/shadow", "ln -s .. folder")]
    [InlineData("/out/made", "ln -s missing/../../x out")]
    [InlineData("/out", "ln -s missing/.. out")]
    [InlineData("/it", "ln -s it it")]
    [InlineData("/it", "mkfifo it")]
    [InlineData("/it", "mkdir it")]
    [InlineData("/it/below", "touch it")]
    [InlineData("/out/below", "ln -s /nowhere out")]
    public async Task Nothing_outside_is_written_and_what_cannot_be_written_is_refused(string path, string make)
    {
        await _disk.Make(string.Format(CultureInfo.InvariantCulture, make, _disk.Outside));
        var before = Around();
        try
        {
            await _disk.Write(path, "new");
        }
        catch (FaultException error)
        {
            Assert.Contains(error.Fault.Kind, (FaultKind[])[FaultKind.Conflict, FaultKind.Invalid, FaultKind.NotFound]);
            Assert.StartsWith("cannot write", error.Fault.Message, StringComparison.Ordinal);
        }
        Assert.Equal(before, Around());
    }

    [Fact]
    public async Task An_upload_that_is_cut_leaves_the_old_file_and_nothing_else()
    {
        await _disk.Make("echo old > file");
        var content = new Pipe();
        await content.Writer.WriteAsync(new byte[100]);
        using var going = new CancellationTokenSource();
        using (var upload = new DiskUpload(_disk.Tree, "/file"))
        {
            var filling = upload.Fill(content.Reader.AsStream(), going.Token);
            await going.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => filling);
        }
        Assert.Equal("old\n", await _disk.Read("/file"));
        Assert.Equal(["etc", "file"], Directory.EnumerateFileSystemEntries(_disk.Root).Select(Path.GetFileName).Order());
    }

    // What is beside the disk, with owners and modes.
    private string Around() => string.Join('\n', Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(_disk.Root)!).Order().Select(entry => $"{entry} {File.GetUnixFileMode(entry)}"));
}
