using Pinacle.Contracts;
using Pinacle.Podd.Files;

namespace Pinacle.Podd.Guests;

/// <summary>A file or folder of a pod that is being read.</summary>
public sealed class GuestFile : IPodFile
{
    private readonly GuestConnection _connection;

    internal GuestFile(GuestConnection connection) => _connection = connection;

    /// <inheritdoc/>
    public FileEntry? Entry => _connection.Answer.File;

    /// <inheritdoc/>
    public FileListing? Listing => _connection.Answer.Listing;

    /// <inheritdoc/>
    public async Task CopyTo(Stream target, CancellationToken cancellationToken)
    {
        while (await _connection.Read(cancellationToken) is { } frame)
        {
            if (frame.Kind == GuestFrame.End)
                return;
            if (frame.Kind != GuestFrame.Stdout)
                throw GuestConnection.Broken($"frame {frame.Kind} in a file");
            await target.WriteAsync(frame.Payload, cancellationToken);
        }
        throw GuestConnection.Broken("a file's bytes ended before their end");
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
