using System.Formats.Tar;
using System.IO.Compression;
using Microsoft.Extensions.Logging.Abstractions;
using Pinacle.Contracts;
using Pinacle.Podd.Commands;
using Pinacle.Podd.Files;
using Xunit;

namespace Pinacle.Podd.Tests.Files;

public sealed class DiskArchiveTests : IAsyncLifetime
{
    private readonly HostileDisk _disk = new();
    private readonly HostCommand _command = new(NullLogger<HostCommand>.Instance);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _disk.DisposeAsync();

    [Fact]
    public async Task A_folder_comes_with_links_as_links_and_nothing_of_the_host()
    {
        await _disk.Make($"mkdir -p -- -rf/one; cd -- -rf; echo content > one/two; ln -s {_disk.Outside} out; ln -s ../.. up; mkfifo pipe; mknod device c 1 3; touch \"$(printf 'new\\nline')\" -- --checkpoint-action=exec=false");
        var entries = await Pack("/-rf");
        Assert.Equal(TarEntryType.SymbolicLink, entries["-rf/out"].Type);
        Assert.Equal(TarEntryType.SymbolicLink, entries["-rf/up"].Type);
        Assert.Equal(TarEntryType.Fifo, entries["-rf/pipe"].Type);
        Assert.Equal("content\n", entries["-rf/one/two"].Text);
        Assert.Contains("-rf/--checkpoint-action=exec=false", entries.Keys);
        Assert.DoesNotContain(entries.Values, entry => entry.Text?.Contains(HostileDisk.Secret, StringComparison.Ordinal) == true);
    }

    [Theory]
    [InlineData("/", "true")]
    [InlineData("/file", "touch file")]
    [InlineData("/pipe", "mkfifo pipe")]
    public async Task Only_a_folder_is_packed_and_not_the_whole_of_the_pod(string path, string make)
    {
        await _disk.Make(make);
        Assert.Equal(FaultKind.Invalid, Assert.Throws<FaultException>(() => new DiskArchive(_disk.Tree, path, _command)).Fault.Kind);
    }

    [Fact]
    public async Task A_folder_that_became_a_link_meanwhile_is_not_followed()
    {
        await _disk.Make("mkdir folder; touch folder/file");
        await using var archive = new DiskArchive(_disk.Tree, "/folder", _command);
        await _disk.Make("rm -r folder; ln -s .. folder");
        var packed = new MemoryStream();
        await archive.CopyTo(packed, CancellationToken.None);
        Assert.Equal(("folder", TarEntryType.SymbolicLink), (await Entries(packed)).Select(entry => (entry.Key, entry.Value.Type)).Single());
    }

    private async Task<Dictionary<string, (TarEntryType Type, string? Text)>> Pack(string path)
    {
        await using var archive = new DiskArchive(_disk.Tree, path, _command);
        var packed = new MemoryStream();
        await archive.CopyTo(packed, CancellationToken.None);
        return await Entries(packed);
    }

    private static async Task<Dictionary<string, (TarEntryType Type, string? Text)>> Entries(MemoryStream packed)
    {
        packed.Position = 0;
        var entries = new Dictionary<string, (TarEntryType, string?)>();
        await using var tar = new TarReader(new GZipStream(packed, CompressionMode.Decompress));
        while (await tar.GetNextEntryAsync() is { } entry)
            entries[entry.Name.TrimEnd('/')] = (entry.EntryType, entry.DataStream is { } data ? await new StreamReader(data).ReadToEndAsync() : null);
        return entries;
    }
}
