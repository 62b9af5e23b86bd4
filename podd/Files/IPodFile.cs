using Pinacle.Contracts;

namespace Pinacle.Podd.Files;

/// <summary>A file or folder of a pod that is being read: by its guest while it runs, from its disk while it does not.</summary>
public interface IPodFile : IAsyncDisposable
{
    /// <summary>Set for a file.</summary>
    FileEntry? Entry { get; }

    /// <summary>Set for a folder.</summary>
    FileListing? Listing { get; }

    /// <summary>Copies the bytes.</summary>
    Task CopyTo(Stream target, CancellationToken cancellationToken);
}
