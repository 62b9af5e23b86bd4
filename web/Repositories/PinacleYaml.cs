using Pinacle.Contracts;
using Pinacle.Web.Pods;

namespace Pinacle.Web.Repositories;

/// <summary>A repository's <c>pinacle.yaml</c>. Unknown keys are refused: a misspelt one would otherwise do nothing in silence.</summary>
public static class PinacleYaml
{
    private const int MaxServices = 32;
    private const int MaxSteps = 32;
    private const int MaxCommand = 4096;

    /// <summary>Reads the file's text.</summary>
    /// <exception cref="WishException">The file is not YAML, or asks for something that does not exist.</exception>
    public static RepositoryWishes Read(string source, string text)
    {
        var root = YamlFile.Load(source, text);
        if (root is null)
            return new RepositoryWishes { Source = source };
        var wishes = new RepositoryWishes { Source = source };
        foreach (var (key, value) in root.Entries("version", "name", "tier", "image", "install", "services", "env", "sleepAfter"))
        {
            wishes = key switch
            {
                "version" => Checked(wishes, value.Number(1, 1, "this version of Pinacle knows version 1 only")),
                "name" => Checked(wishes, value.Checked(PodName.Problem)),
                "tier" => Checked(wishes, value.Checked(tier => Tier.Find(tier) is null ? $"there is no tier {tier}; there are {string.Join(", ", Tier.All.Select(one => one.Name))}" : null)),
                "image" => Checked(wishes, value.Text(256)),
                "install" => wishes with { Setup = Install(value) },
                "services" => wishes with { Services = Services(value) },
                "env" => wishes with { Environment = Environment(value) },
                _ => wishes with { SleepAfter = Sleep(value) },
            };
        }

        return wishes;
    }

    /// <summary>A key whose value must be right but is the person's to choose: what they chose stands.</summary>
    private static RepositoryWishes Checked(RepositoryWishes wishes, object good)
    {
        ArgumentNullException.ThrowIfNull(good);
        return wishes;
    }

    private static List<SetupStep> Install(YamlValue value)
    {
        if (!value.IsList)
            return [new SetupStep("install", value.Text(MaxCommand))];

        var commands = value.Items(MaxSteps).Select(item => item.Text(MaxCommand)).ToList();
        return [.. commands.Select((command, index) => new SetupStep($"install {index + 1}", command))];
    }

    private static List<ProposedService> Services(YamlValue value)
    {
        var services = new List<ProposedService>();
        foreach (var (name, asked, key) in value.NamedEntries(MaxServices))
        {
            key.Require(ServiceName.Problem(name));
            int? port = null;
            string? run = null, directory = null;
            var access = ServiceAccess.Private;
            foreach (var (field, given) in asked.Entries("run", "port", "access", "directory"))
            {
                switch (field)
                {
                    case "run": run = given.Text(MaxCommand); break;
                    case "port": port = (int)given.Number(1, 65535, "a port is a number from 1 to 65535"); break;
                    case "directory": directory = given.Checked(WorkspacePath.Problem); break;
                    default: access = given.Word<ServiceAccess>("private, team or public"); break;
                }
            }

            if (port is null)
                throw key.Wrong($"the service {name} has no port");
            if (port == GuestProtocol.Port)
                throw key.Wrong($"port {port} is Pinacle's own");
            services.Add(new ProposedService(name, port.Value, run, directory, access));
        }

        return services;
    }

    private static Dictionary<string, string> Environment(YamlValue value)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, given, key) in value.NamedEntries(100))
        {
            environment[name] = given.Text(32 * 1024, mayBeEmpty: true);
            key.Require(EnvironmentNames.Problem(environment));
        }

        return environment;
    }

    private static int Sleep(YamlValue value)
    {
        var seconds = (int)value.Number(0, 30 * 86_400, "sleepAfter is a number of seconds: 0 (never), or 60 to 2592000");
        value.Require(PodDraft.SleepProblem(seconds));
        return seconds;
    }
}
