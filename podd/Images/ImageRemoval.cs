using Pinacle.Contracts;
using Pinacle.Podd.Pods;

namespace Pinacle.Podd.Images;

/// <summary>Removes an image that no pod was made from. Its pods would keep their files, but not what they may still need it for: to be made anew where that failed, to be the parent of their snapshots. And as long as they share its blocks, its space would not come back.</summary>
public sealed class ImageRemoval(ImageStore store, PodRecords records)
{
    /// <summary>Removes it.</summary>
    /// <param name="typed"><c>NAME[@HASH]</c>; the beginning of the hash is enough.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="FaultException">There is none or more than one, or a pod was made from it.</exception>
    public async Task<ImageReport> Remove(string typed, CancellationToken cancellationToken)
    {
        var all = store.List();
        var image = Named(all, typed);
        var users = records.Load().Records.Where(record => MadeFrom(record.Spec.Image, image, all)).Select(record => $"{record.Spec.Owner}/{record.Spec.Name}").ToArray();
        if (users.Length > 0)
            throw new FaultException(FaultKind.Conflict, $"cannot remove image {Short(image)}: {users.Length} of this host's pods were made from it", string.Join(", ", users));
        await store.Remove(new ImageRef(image.Name, image.Hash), cancellationToken);
        return image;
    }

    /// <summary>The one image that <c>NAME[@HASH]</c> means.</summary>
    internal static ImageReport Named(IReadOnlyList<ImageReport> images, string typed)
    {
        var words = typed.Split('@', 2);
        var found = images.Where(image => image.Name == words[0] && image.Hash.StartsWith(words.ElementAtOrDefault(1) ?? "", StringComparison.Ordinal)).ToArray();
        return found switch
        {
            [var only] => only,
            [] => throw new FaultException(FaultKind.NotFound, $"cannot find image {(typed.Length > 128 ? typed[..128] : typed)} on this host"),
            _ => throw new FaultException(FaultKind.Conflict, $"cannot tell which of {found.Length} images {typed} is meant: name one by its hash", string.Join(", ", found.Select(Short))),
        };
    }

    private static string Short(ImageReport image) => $"{image.Name}@{image.Hash[..12]}";

    // A pod that asked for no hash was made from what was newest then; that can be told of the newest alone.
    private static bool MadeFrom(ImageRef asked, ImageReport image, IReadOnlyList<ImageReport> all) =>
        asked.Name == image.Name && (asked.Hash ?? all.First(newest => newest.Name == image.Name).Hash) == image.Hash;
}
