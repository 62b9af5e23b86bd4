using System.Text.Json;
using Pinacle.Contracts;
using Pinacle.Podd.Commands;
using Pinacle.Podd.Storage;

namespace Pinacle.Podd.Images;

/// <summary>Brings OCI images onto this host: skopeo fetches, umoci unpacks the layers with their whiteouts and owners.</summary>
public sealed class OciImage(Pool pool, ImageStore store, HostCommand command)
{
    private const string Tag = "image";
    private static readonly TimeSpan FetchLimit = TimeSpan.FromMinutes(30);
    private static readonly string[] Kinds = ["oci-archive:", "oci:", "docker-archive:", "docker://"];

    /// <summary>Imports <paramref name="source"/> under a name; its hash is that of the manifest.</summary>
    /// <param name="name"><c>[a-z][a-z0-9.-]{0,62}</c>.</param>
    /// <param name="source"><c>oci-archive:FILE[:TAG]</c>, <c>oci:DIR[:TAG]</c>, <c>docker-archive:FILE</c> or <c>docker://HOST/REPOSITORY:TAG</c>.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The image as this host has it.</returns>
    public async Task<ImageRef> Import(string name, string source, CancellationToken cancellationToken)
    {
        if (!Kinds.Any(kind => source.StartsWith(kind, StringComparison.Ordinal)))
            throw new FaultException(FaultKind.Invalid, $"cannot import \"{source}\": it must begin with one of {string.Join(" ", Kinds)}");
        using var turn = await store.Turn(cancellationToken);
        var layout = Path.Combine(pool.Images, ".oci");
        try
        {
            await command.Run("skopeo", ["--override-os", "linux", "--override-arch", "amd64", "copy", "--quiet", source, $"oci:{layout}:{Tag}"], FetchLimit, cancellationToken: cancellationToken);
            var image = new ImageRef(name, Digest(await File.ReadAllTextAsync(Path.Combine(layout, "index.json"), cancellationToken)));
            var config = OciConfig.Read((await command.Run("skopeo", ["inspect", "--config", $"oci:{layout}:{Tag}"], cancellationToken: cancellationToken)).Stdout);
            await store.Make(
                image,
                source,
                config.Environment,
                async folder =>
                {
                    await command.Run("umoci", ["raw", "unpack", "--image", $"{layout}:{Tag}", folder], FetchLimit, cancellationToken: cancellationToken);
                    ImageUser.Settle(folder, config.User);
                },
                cancellationToken);
            return image;
        }
        finally
        {
            if (Directory.Exists(layout))
                Directory.Delete(layout, recursive: true);
        }
    }

    /// <summary>The hash of the one manifest of a layout (image-spec, image-layout.md).</summary>
    internal static string Digest(string index)
    {
        using var document = JsonDocument.Parse(index);
        var digest = document.RootElement.GetProperty("manifests")[0].GetProperty("digest").GetString() ?? "";
        return digest.StartsWith("sha256:", StringComparison.Ordinal) ? digest["sha256:".Length..] : throw new InvalidOperationException($"cannot import an image whose manifest is \"{digest}\": sha256 is needed");
    }
}
