using System.Security.Cryptography;

namespace Pinacle.Podd.Bundles;

/// <summary>The secret between podd and one pod's guest: a file that is mounted into the pod, readable by root alone.</summary>
public static class PodKey
{
    /// <summary>Makes a new key in <paramref name="folder"/>, in place of the last one.</summary>
    public static string Make(string folder)
    {
        var (file, key) = (Path.Combine(folder, "key"), RandomNumberGenerator.GetHexString(64, lowercase: true));
        File.Delete(file);
        using var stream = new FileStream(file, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead });
        stream.Write(System.Text.Encoding.ASCII.GetBytes(key));
        return key;
    }

    /// <summary>The key of a sandbox that lives.</summary>
    public static string Read(string folder) => File.ReadAllText(Path.Combine(folder, "key")).Trim();
}
