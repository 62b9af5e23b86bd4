using System.Globalization;
using System.Runtime.InteropServices;
using Pinacle.Contracts;
using Pinacle.Podd.Linux;

namespace Pinacle.Podd.Images;

/// <summary>Gives an image's own user the name by which the guest knows a pod's ordinary user, and a workspace. The files are a stranger's: no link in them is followed.</summary>
internal static class ImageUser
{
    /// <summary>Makes the image fit; nothing of it may run yet.</summary>
    /// <param name="root">The image's files.</param>
    /// <param name="user">As its configuration has it.</param>
    public static void Settle(string root, string user)
    {
        var accounts = Accounts(root);
        if (Entry(accounts, user) is not { } entry)
        {
            Workspace(root, 0, 0);
            return;
        }
        if (!accounts.Any(line => line.StartsWith(GuestProtocol.User + ":", StringComparison.Ordinal)))
        {
            var etc = Path.Combine(root, "etc");
            if (new FileInfo(etc).LinkTarget is not null || new FileInfo(Path.Combine(etc, "passwd")).LinkTarget is not null)
                throw new FaultException(FaultKind.Invalid, "cannot import the image: its /etc/passwd is a link");
            Directory.CreateDirectory(etc);
            File.AppendAllText(Path.Combine(etc, "passwd"), $"{GuestProtocol.User}:x:{entry.Uid}:{entry.Gid}::{entry.Home}:{entry.Shell}\n");
        }
        Workspace(root, entry.Uid, entry.Gid);
    }

    /// <summary>Who <paramref name="user"/> is; null for root.</summary>
    internal static (uint Uid, uint Gid, string Home, string Shell)? Entry(IReadOnlyList<string> accounts, string user)
    {
        var parts = user.Split(':');
        if (parts[0] is "" or "root" or "0")
            return null;
        var known = accounts.Select(line => line.Split(':')).FirstOrDefault(fields => fields.Length >= 7 && (fields[0] == parts[0] || fields[2] == parts[0]));
        var group = parts.Length > 1 && uint.TryParse(parts[1], CultureInfo.InvariantCulture, out var number) ? number : (uint?)null;
        if (known is not null && uint.TryParse(known[2], CultureInfo.InvariantCulture, out var uid) && uint.TryParse(known[3], CultureInfo.InvariantCulture, out var gid))
            return (uid, group ?? gid, known[5], known[6]);
        return uint.TryParse(parts[0], CultureInfo.InvariantCulture, out var bare)
            ? (bare, group ?? bare, "/", "/bin/sh")
            : throw new FaultException(FaultKind.Invalid, $"cannot import the image: it runs as \"{user}\", whom its /etc/passwd does not know");
    }

    private static string[] Accounts(string root)
    {
        var file = Path.Combine(root, "etc", "passwd");
        return new FileInfo(Path.Combine(root, "etc")).LinkTarget is null && new FileInfo(file) is { Exists: true, LinkTarget: null } ? File.ReadAllLines(file) : [];
    }

    private static void Workspace(string root, uint uid, uint gid)
    {
        var folder = root + GuestProtocol.Workspace;
        if (Path.Exists(folder) || new FileInfo(folder).LinkTarget is not null)
            return;
        Directory.CreateDirectory(folder);
        if (LibC.Chown(folder, uid, gid) != 0)
            throw new IOException($"cannot give {folder} to {uid}:{gid}: {Marshal.GetLastPInvokeErrorMessage()}");
    }
}
