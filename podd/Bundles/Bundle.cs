using System.Text.Json;
using Pinacle.Contracts;
using Pinacle.Podd.Cgroups;
using Pinacle.Podd.Network;

namespace Pinacle.Podd.Bundles;

/// <summary>Writes the OCI runtime bundle of a pod (config.json of the runtime-spec 1.1) and the small files that are mounted into it.</summary>
public sealed class Bundle(PoddOptions options)
{
    // Docker's default set, and SYS_PTRACE for debuggers: the sandbox's kernel enforces them, not the host's.
    private static readonly string[] Capabilities =
    [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FSETID", "CAP_FOWNER", "CAP_MKNOD", "CAP_SETGID", "CAP_SETUID", "CAP_SETFCAP",
        "CAP_SETPCAP", "CAP_NET_BIND_SERVICE", "CAP_SYS_CHROOT", "CAP_KILL", "CAP_AUDIT_WRITE", "CAP_SYS_PTRACE", "CAP_SYS_ADMIN",
    ];

    /// <summary>Writes everything for one start into the pod's folder.</summary>
    /// <param name="spec">The pod.</param>
    /// <param name="address">Its place on the network.</param>
    /// <param name="disk">Its root file system.</param>
    /// <param name="guest">Folder of the guest's immutable copy.</param>
    /// <param name="cores">The host's cores that it boots on; as many as the tier has.</param>
    /// <returns>The bundle's folder.</returns>
    public string Write(PodSpec spec, PodAddress address, string disk, string guest, string cores)
    {
        var folder = options.PodFolder(spec.Id);
        var run = Directory.CreateDirectory(Path.Combine(folder, "run")).FullName;
        var etc = Directory.CreateDirectory(Path.Combine(folder, "etc")).FullName;
        File.WriteAllText(Path.Combine(etc, "resolv.conf"), $"nameserver {address.Resolver}\noptions timeout:3 attempts:2\n");
        File.WriteAllText(Path.Combine(etc, "hosts"), $"127.0.0.1 localhost\n::1 localhost\n{address.Address} {spec.HostName}\n");
        File.WriteAllText(Path.Combine(etc, "hostname"), spec.HostName + "\n");
        if (options.CaBundle.Length > 0)
            File.Copy(options.CaBundle, Path.Combine(run, "ca.pem"), overwrite: true);
        using var file = File.Create(Path.Combine(folder, "config.json"));
        using var json = new Utf8JsonWriter(file);
        Config(json, spec, address, disk, guest, run, etc, cores);
        return folder;
    }

    /// <summary>The network namespace that a pod was last started in, by its bundle; null where there is none that can be read.</summary>
    public string? NamespaceOf(string id)
    {
        try
        {
            using var config = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(options.PodFolder(id), "config.json")));
            return config.RootElement.GetProperty("linux").GetProperty("namespaces").EnumerateArray()
                .FirstOrDefault(entry => entry.GetProperty("type").GetString() == "network") is { ValueKind: JsonValueKind.Object } network
                ? network.GetProperty("path").GetString()
                : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null; // Never started, or damaged as well.
        }
    }

    private void Config(Utf8JsonWriter json, PodSpec spec, PodAddress address, string disk, string guest, string run, string etc, string cores)
    {
        var tier = Tier.Find(spec.Tier) ?? throw new FaultException(FaultKind.Invalid, $"cannot make pod {spec.Name}: there is no tier {spec.Tier}");
        json.WriteStartObject();
        json.WriteString("ociVersion", "1.0.2");
        json.WriteStartObject("process");
        json.WriteStartObject("user");
        json.WriteNumber("uid", 0);
        json.WriteNumber("gid", 0);
        json.WriteEndObject();
        Strings(json, "args", [$"{GuestProtocol.Folder}/ld-linux-x86-64.so.2", "--library-path", GuestProtocol.Folder, $"{GuestProtocol.Folder}/guest"]);
        Strings(json, "env", ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8"]);
        json.WriteString("cwd", "/");
        json.WriteStartObject("capabilities");
        foreach (var set in (string[])["bounding", "effective", "permitted"])
            Strings(json, set, Capabilities);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartObject("root");
        json.WriteString("path", disk);
        json.WriteEndObject();
        json.WriteString("hostname", spec.HostName);
        Mounts(json, guest, run, etc);
        Linux(json, tier, address, spec.Id, cores);
        json.WriteEndObject();
    }

    private static void Mounts(Utf8JsonWriter json, string guest, string run, string etc)
    {
        json.WriteStartArray("mounts");
        Mount(json, "/proc", "proc", "proc");
        Mount(json, "/dev", "tmpfs", "tmpfs", "nosuid", "mode=755", "size=65536k");
        Mount(json, "/dev/pts", "devpts", "devpts", "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620");
        // A tmpfs filled past the pod's memory would end the pod, so the only one that pods can write has a size; /tmp is disk.
        Mount(json, "/dev/shm", "tmpfs", "shm", "nosuid", "noexec", "nodev", "mode=1777", "size=65536k");
        Mount(json, "/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev", "ro");
        Mount(json, GuestProtocol.Folder, "bind", guest, "bind", "ro");
        Mount(json, GuestProtocol.Folder + "/run", "bind", run, "bind", "ro");
        foreach (var name in (string[])["resolv.conf", "hosts", "hostname"])
            Mount(json, "/etc/" + name, "bind", Path.Combine(etc, name), "bind", "ro");
        json.WriteEndArray();
    }

    private void Linux(Utf8JsonWriter json, Tier tier, PodAddress address, string id, string cores)
    {
        json.WriteStartObject("linux");
        json.WriteString("cgroupsPath", $"{options.CgroupParent}/{id}");
        json.WriteStartObject("resources");
        json.WriteStartObject("cpu");
        json.WriteNumber("shares", Cgroup.Shares(tier.Cpu));
        // nproc in the pod is the number of cores that runsc finds here (--cpu-num-from-quota never goes below 2). And no quota while it boots: half a core
        // would make the sandbox's own start three times as long. podd sets the tier's quota and lets go of the cores once the guest answers.
        json.WriteString("cpus", cores);
        json.WriteEndObject();
        json.WriteStartObject("memory");
        json.WriteNumber("limit", tier.Memory);
        json.WriteNumber("swap", tier.Memory);
        json.WriteEndObject();
        json.WriteStartObject("pids");
        // A wall against a fork bomb's blast, not a tier's limit: about two host tasks per process of the pod.
        json.WriteNumber("limit", 8192);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartArray("namespaces");
        foreach (var kind in (string[])["pid", "ipc", "uts", "mount"])
        {
            json.WriteStartObject();
            json.WriteString("type", kind);
            json.WriteEndObject();
        }
        json.WriteStartObject();
        json.WriteString("type", "network");
        json.WriteString("path", address.NamespacePath);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Mount(Utf8JsonWriter json, string destination, string type, string source, params string[] mountOptions)
    {
        json.WriteStartObject();
        json.WriteString("destination", destination);
        json.WriteString("type", type);
        json.WriteString("source", source);
        if (mountOptions.Length > 0)
            Strings(json, "options", mountOptions);
        json.WriteEndObject();
    }

    private static void Strings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
