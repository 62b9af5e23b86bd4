using CliWrap;
using Pinacle.Podd.Files;

namespace Pinacle.Podd.Tests.Files;

/// <summary>A folder that stands for a pod's disk, with things in it that want to lead podd astray, and a file beside it that stands for the host's.</summary>
public sealed class HostileDisk : IAsyncDisposable
{
    public const string Secret = "the host's own";

    private readonly string _folder = Directory.CreateTempSubdirectory("pinacle-disk-").FullName;

    public HostileDisk()
    {
        Directory.CreateDirectory(Path.Combine(Root, "etc"));
        File.WriteAllText(Outside, Secret);
        Tree = new DiskTree(Root);
    }

    internal DiskTree Tree { get; }

    public string Root => Path.Combine(_folder, "disk");

    /// <summary>What must never be read or changed.</summary>
    public string Outside => Path.Combine(_folder, "shadow");

    /// <summary>Runs a line of shell in the disk.</summary>
    public async Task Make(string script) => await Cli.Wrap("bash").WithArguments(["-ec", script]).WithWorkingDirectory(Root).ExecuteAsync();

    public async Task<string> Read(string path)
    {
        await using var file = DiskFile.Open(Tree, path, 0, null);
        var copy = new MemoryStream();
        await file.CopyTo(copy, CancellationToken.None);
        return System.Text.Encoding.UTF8.GetString(copy.ToArray());
    }

    public async Task Write(string path, string text)
    {
        using var upload = new DiskUpload(Tree, path);
        await upload.Fill(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text)), CancellationToken.None);
        upload.Commit();
    }

    public async ValueTask DisposeAsync()
    {
        Tree.Dispose();
        await Cli.Wrap("rm").WithArguments(["-rf", _folder]).ExecuteAsync();
    }
}
