using System.Security.Cryptography;
using System.Text;
using Pinacle.Podd.Commands;
using Pinacle.Podd.Runsc;

namespace Pinacle.Podd.Bundles;

/// <summary>Immutable copies of runsc and the guest, by hash: an upgrade of either changes nothing under a pod that lives.</summary>
public sealed class Payloads(PoddOptions options, HostCommand command) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1);
    private (string Hash, DateTime Written)? _runsc;
    private (string Hash, DateTime Written)? _guest;

    /// <summary>Folder of runsc's own state, for every version of it.</summary>
    public string Sandboxes => Path.Combine(options.Root, "sandboxes");

    /// <summary>The client of the runsc with that hash.</summary>
    public RunscClient Runsc(string hash) => new(Path.Combine(options.Root, "runsc", hash, "runsc"), Sandboxes, command);

    /// <summary>Folder of the guest with that hash.</summary>
    public string Guest(string hash) => Path.Combine(options.Root, "guest", hash);

    /// <summary>Copies what new sandboxes shall use, where it is not copied yet, and gives the two hashes.</summary>
    public async Task<(string Runsc, string Guest)> Current(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            var written = File.GetLastWriteTimeUtc(options.Runsc);
            if (_runsc is not { } runsc || runsc.Written != written)
            {
                var hash = await RunscClient.HashOf(options.Runsc, cancellationToken);
                Copy(Path.Combine(options.Root, "runsc", hash), [options.Runsc], "runsc");
                _runsc = runsc = (hash, written);
            }
            var binary = Path.Combine(options.Guest, "guest");
            if (!File.Exists(binary))
                throw new InvalidOperationException($"cannot start pods: there is no guest in {options.Guest}");
            var built = File.GetLastWriteTimeUtc(binary);
            if (_guest is not { } guest || guest.Written != built)
            {
                var files = Directory.EnumerateFiles(options.Guest).Order(StringComparer.Ordinal).ToArray();
                var parts = new StringBuilder();
                foreach (var file in files)
                    parts.Append(Path.GetFileName(file)).Append(' ').Append(await RunscClient.HashOf(file, cancellationToken)).Append('\n');
                var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(parts.ToString())));
                Copy(Guest(hash), files, null);
                _guest = guest = (hash, built);
            }
            return (runsc.Hash, guest.Hash);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Removes the copies that no sandbox runs and no new one would get.</summary>
    /// <param name="runsc">Hashes of runsc that sandboxes run with.</param>
    /// <param name="guests">Hashes of the guests in them.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RemoveOthers(IReadOnlySet<string> runsc, IReadOnlySet<string> guests, CancellationToken cancellationToken)
    {
        var current = await Current(cancellationToken);
        RemoveOthers("runsc", runsc, current.Runsc);
        RemoveOthers("guest", guests, current.Guest);
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    private void RemoveOthers(string kind, IReadOnlySet<string> used, string current)
    {
        foreach (var folder in new DirectoryInfo(Path.Combine(options.Root, kind)).EnumerateDirectories().Where(folder => folder.Name != current && !used.Contains(folder.Name)))
            folder.Delete(recursive: true);
    }

    private static void Copy(string folder, string[] files, string? name)
    {
        if (Directory.Exists(folder))
            return;
        var temporary = folder + ".new";
        if (Directory.Exists(temporary))
            Directory.Delete(temporary, recursive: true);
        Directory.CreateDirectory(temporary);
        foreach (var file in files)
        {
            var copy = Path.Combine(temporary, name ?? Path.GetFileName(file));
            File.Copy(file, copy);
            File.SetUnixFileMode(copy, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        }
        // Where the pod's own key is mounted.
        Directory.CreateDirectory(Path.Combine(temporary, "run"));
        Directory.Move(temporary, folder);
    }
}
