using System.Runtime.InteropServices;

namespace Pinacle.Podd.Linux;

/// <summary>Files that are either the old or the new one after a crash, never half.</summary>
internal static class DurableFile
{
    /// <summary>Writes a temporary file beside <paramref name="path"/>, syncs it, renames it over, syncs the folder.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite)
    {
        var temporary = path + ".tmp";
        File.Delete(temporary);
        using (var file = new FileStream(temporary, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = mode, BufferSize = 0 }))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }
        File.Move(temporary, path, overwrite: true);
        SyncFolder(Path.GetDirectoryName(path)!);
    }

    private static void SyncFolder(string folder)
    {
        var descriptor = LibC.Open(folder, LibC.O_RDONLY | LibC.O_DIRECTORY | LibC.O_CLOEXEC);
        if (descriptor < 0)
            throw new IOException($"cannot open folder {folder}: {Marshal.GetLastPInvokeErrorMessage()}");
        try
        {
            if (LibC.Fsync(descriptor) != 0)
                throw new IOException($"cannot sync folder {folder}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
        finally
        {
            _ = LibC.Close(descriptor);
        }
    }
}
