using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Pinacle.Podd.Commands;

namespace Pinacle.Podd.HostTests.Images;

/// <summary>A small OCI image with a libc that is not the guest's: Debian's static busybox, made with umoci in two layers, the second of which deletes a file of the first.</summary>
internal static class OciArchive
{
    private const string Busybox = "/bin/busybox";

    /// <summary>Why it cannot be made here; null when it can.</summary>
    public static string? Missing =>
        new[] { "umoci", "skopeo" }.FirstOrDefault(program => !File.Exists($"/usr/bin/{program}")) is { } program ? $"{program} is not installed"
        : !IsStatic() ? "there is no static busybox (Debian's busybox-static)"
        : null;

    /// <summary>Makes it in a folder and gives the archive.</summary>
    public static async Task<string> Make(string folder)
    {
        var command = new HostCommand(NullLogger<HostCommand>.Instance);
        var (layout, archive) = (Path.Combine(folder, "layout"), Path.Combine(folder, "busy.tar"));
        var image = layout + ":busy";
        await Umoci("init", "--layout", layout);
        await Umoci("new", "--image", image);
        await Layer("first", root =>
        {
            foreach (var name in (string[])["bin", "etc", "tmp", "data", "opt/tools"])
                Directory.CreateDirectory(Path.Combine(root, name));
            File.Copy(Busybox, Path.Combine(root, "bin/busybox"));
            foreach (var applet in (string[])["sh", "cat", "cut", "head", "id", "stat", "test"])
                File.CreateSymbolicLink(Path.Combine(root, "bin", applet), "busybox");
            File.WriteAllText(Path.Combine(root, "etc/passwd"), "root:x:0:0:root:/root:/bin/sh\nkeeper:x:4711:4711::/data:/bin/sh\n");
            File.WriteAllText(Path.Combine(root, "data/kept"), "kept\n");
            File.WriteAllText(Path.Combine(root, "data/dropped"), "dropped\n");
        });
        await Layer("second", root => File.Delete(Path.Combine(root, "data/dropped")));
        await Umoci("config", "--image", image, "--config.user", "keeper", "--config.env", "PATH=/opt/tools:/bin", "--config.env", "FROM_IMAGE=imaged", "--config.env", "FROM_BOTH=imaged", "--config.entrypoint", "/bin/never");
        await command.Run("skopeo", ["copy", "--quiet", $"oci:{image}", $"oci-archive:{archive}:busy"]);
        return archive;

        async Task Layer(string name, Action<string> change)
        {
            var bundle = Path.Combine(folder, name);
            await Umoci("unpack", "--image", image, bundle);
            change(Path.Combine(bundle, "rootfs"));
            if (File.Exists(Path.Combine(bundle, "rootfs/data/dropped")))
                await command.Run("chown", ["-R", "4711:4711", Path.Combine(bundle, "rootfs/data")]);
            await Umoci("repack", "--image", image, bundle);
        }

        Task Umoci(params string[] arguments) => command.Run("umoci", arguments);
    }

    // A program with an interpreter (PT_INTERP) names it.
    private static bool IsStatic() => File.Exists(Busybox) && File.ReadAllBytes(Busybox).AsSpan().IndexOf(Encoding.ASCII.GetBytes("/lib64/ld-linux")) < 0;
}
