using Pinacle.Contracts;

namespace Pinacle.Podd.Guests;

/// <summary>A file or folder of a pod that is being read.</summary>
public sealed class GuestFile : IAsyncDisposable
{
    private readonly GuestConnection _connection;

    internal GuestFile(GuestConnection connection) => _connection = connection;

    /// <summary>Set for a file.</summary>
    public FileEntry? Entry => _connection.Answer.File;

    /// <summary>Set for a folder.</summary>
    public FileListing? Listing => _connection.Answer.Listing;

    /// <summary>Copies the file's bytes.</summary>
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
