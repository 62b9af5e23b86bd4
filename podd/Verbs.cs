using System.Globalization;
using Pinacle.Contracts;
using Pinacle.Podd.Cgroups;
using Pinacle.Podd.Hosts;
using Pinacle.Podd.Images;
using Pinacle.Podd.Network;
using Pinacle.Podd.Pods;
using Pinacle.Podd.Runsc;
using Pinacle.Podd.Storage;

namespace Pinacle.Podd;

/// <summary>What <c>podd</c> can be told on the command line.</summary>
public static class Verbs
{
    /// <summary>For people.</summary>
    public const string Help = """
        podd runs pods on this host.

          podd run                                            the daemon
          podd join URL --token T [--pin sha256:…] [--name N] [--address A]
                                                              makes this host one of web's
          podd check                                          says what is wrong with this host
          podd pods                                           lists the pods of this host
          podd image import NAME --rootfs FILE.tar.zst --hash HEX
          podd pool ensure --file F --size 40G --mount DIR    makes and mounts a pool in a file
          podd pool release --mount DIR                       unmounts it
          podd down                                           ends what runs of the pods and takes away bridge and rules
          podd version

        All take --config FILE (default /etc/podd/podd.json); PODD__NAME in the environment goes over it.
        """;

    /// <summary>Does it.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> Run(Arguments arguments, CancellationToken cancellationToken)
    {
        switch (arguments.Words)
        {
            case ["version" or "--version"]:
                Console.WriteLine($"podd {HostFacts.Version}, contract {ContractVersion.Text}");
                return 0;
            case [] or ["help" or "--help", ..]:
                Console.WriteLine(Help);
                return 0;
            case ["run"]:
                var (configuration, options) = PoddConfiguration.Read(arguments.Maybe("config"));
                return await new Daemon(options, configuration).Run();
            case ["join", var site]:
                return await JoinSite(Options(arguments), new Uri(site), arguments, cancellationToken);
            case ["check"]:
                return await Check(arguments, cancellationToken);
            case ["pods"]:
                return Pods(arguments);
            case ["image", "import", var name]:
                await Parts(arguments).GetRequiredService<ImageStore>().Import(name, arguments["hash"], arguments["rootfs"], cancellationToken);
                return 0;
            case ["pool", "ensure"]:
                await PoolFile().Ensure(Path.GetFullPath(arguments["file"]), Bytes(arguments["size"]), Path.GetFullPath(arguments["mount"]), cancellationToken);
                return 0;
            case ["pool", "release"]:
                await PoolFile().Release(Path.GetFullPath(arguments["mount"]), cancellationToken);
                return 0;
            case ["down"]:
                return await Down(arguments, cancellationToken);
            default:
                throw new UsageException($"podd has no verb \"{string.Join(' ', arguments.Words)}\" (podd --help)");
        }
    }

    private static PoddOptions Options(Arguments arguments) => PoddConfiguration.Read(arguments.Maybe("config")).Options;

    private static ServiceProvider Parts(Arguments arguments)
    {
        var (configuration, options) = PoddConfiguration.Read(arguments.Maybe("config"));
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Warning));
        Daemon.AddParts(services, options, configuration);
        return services.BuildServiceProvider();
    }

    // Works before there is a configuration.
    private static PoolFile PoolFile()
    {
        var services = new ServiceCollection().AddLogging(logging => logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Warning));
        return new PoolFile(new Commands.HostCommand(services.BuildServiceProvider().GetRequiredService<ILogger<Commands.HostCommand>>()));
    }

    private static async Task<int> JoinSite(PoddOptions options, Uri site, Arguments arguments, CancellationToken cancellationToken)
    {
        var identity = new HostIdentity(options, TimeProvider.System);
        var enrolled = await Join.Send(
            site,
            arguments.Maybe("pin"),
            new HostEnrolment
            {
                Token = arguments["token"],
                Name = arguments.Maybe("name") ?? options.Name,
                Address = arguments.Maybe("address") ?? $"https://{options.Name}:{options.Listen.Split(':')[^1]}",
                CertificateSha256 = identity.Pin(),
                ApiKey = identity.ApiKey(),
                Contract = ContractVersion.Text,
                Version = HostFacts.Version,
            },
            cancellationToken);
        Console.WriteLine($"This host is {enrolled.Name} ({enrolled.Id}) at {site}.");
        return 0;
    }

    private static async Task<int> Check(Arguments arguments, CancellationToken cancellationToken)
    {
        await using var parts = Parts(arguments);
        var problems = await new HostCheck(parts.GetRequiredService<PoddOptions>(), parts.GetRequiredService<SelfTest>(), parts.GetRequiredService<Commands.HostCommand>()).Problems(cancellationToken);
        foreach (var problem in problems)
            Console.WriteLine(problem);
        if (problems.Count == 0)
            Console.WriteLine("This host can run pods.");
        return problems.Count == 0 ? 0 : 1;
    }

    private static int Pods(Arguments arguments)
    {
        using var parts = Parts(arguments);
        var (records, unreadable) = parts.GetRequiredService<PodRecords>().Load();
        foreach (var record in records)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{record.Spec.Id}  {record.State.ToString().ToLowerInvariant(),-9} {record.Spec.Tier,-11} slot {record.Slot,-4} {record.Spec.Owner}/{record.Spec.Name}"));
        foreach (var id in unreadable)
            Console.WriteLine($"{id}  unreadable");
        return 0;
    }

    private static async Task<int> Down(Arguments arguments, CancellationToken cancellationToken)
    {
        await using var parts = Parts(arguments);
        var (records, _) = parts.GetRequiredService<PodRecords>().Load();
        foreach (var record in records)
            await parts.GetRequiredService<Sandbox>().End(record.Spec.Id, record.Slot);
        await parts.GetRequiredService<PodNetwork>().Remove(cancellationToken);
        Cgroup.At(parts.GetRequiredService<PoddOptions>().CgroupParent).Remove();
        return 0;
    }

    private static long Bytes(string size)
    {
        var unit = size[^1] switch { 'G' => 30, 'M' => 20, 'K' => 10, _ => 0 };
        return long.TryParse(unit == 0 ? size : size[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number << unit
            : throw new UsageException($"--size is \"{size}\": it must be a number with K, M or G");
    }
}
