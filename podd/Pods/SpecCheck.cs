using System.Text.RegularExpressions;
using Pinacle.Contracts;

namespace Pinacle.Podd.Pods;

/// <summary>Refuses a spec that cannot be. Everything here becomes a path, an argument or a kernel name, so nothing passes that the contract does not allow.</summary>
public static partial class SpecCheck
{
    private const int MostServices = 32;
    private const int MostVariables = 512;

    /// <summary>Throws with what is wrong first.</summary>
    public static void Check(string id, PodSpec spec)
    {
        if (!IsId(id) || spec.Id != id)
            throw Invalid(id, "its id must be a lower-case UUID, the same in path and body");
        if (spec.Epoch < 1)
            throw Invalid(id, "its epoch must be 1 or more");
        if (!PodName().IsMatch(spec.Name))
            throw Invalid(id, "its name must match [a-z][a-z0-9]{0,19}", spec.Name);
        if (!HostName().IsMatch(spec.HostName))
            throw Invalid(id, "its host name must match [a-z0-9][a-z0-9-]{0,62}", spec.HostName);
        if (Tier.Find(spec.Tier) is null)
            throw Invalid(id, "there is no such tier", spec.Tier);
        CheckVariables(id, spec.Environment);
        if (spec.SecretEnv is { } secrets)
            CheckVariables(id, secrets);
        if (spec.Services.Count > MostServices)
            throw Invalid(id, $"it has more than {MostServices} services");
        foreach (var service in spec.Services)
            CheckService(id, service);
        if (spec.Services.Select(service => service.Name).Distinct(StringComparer.Ordinal).Count() != spec.Services.Count)
            throw Invalid(id, "two of its services have the same name");
    }

    /// <summary>True for the only form of id that podd knows; all of one length, since runsc matches prefixes.</summary>
    public static bool IsId(string id) => Uuid().IsMatch(id);

    private static void CheckVariables(string id, IReadOnlyDictionary<string, string> variables)
    {
        if (variables.Count > MostVariables)
            throw Invalid(id, $"it has more than {MostVariables} environment variables");
        foreach (var (name, value) in variables)
        {
            if (!VariableName().IsMatch(name) || value.Contains('\0', StringComparison.Ordinal))
                throw Invalid(id, "an environment variable has an impossible name or value", name);
        }
    }

    private static void CheckService(string id, ServiceSpec service)
    {
        if (!ServiceName().IsMatch(service.Name))
            throw Invalid(id, "a service's name must match [a-z][a-z0-9]{0,14}", service.Name);
        if (service.Port is < 1 or > 65535 or GuestProtocol.Port)
            throw Invalid(id, $"service {service.Name} must have a port from 1 to 65535 other than {GuestProtocol.Port}");
        if (service.Environment is { } environment)
            CheckVariables(id, environment);
    }

    private static FaultException Invalid(string id, string why, string? detail = null) =>
        new(FaultKind.Invalid, $"cannot take pod {(IsId(id) ? id : "")}: {why}", detail);

    [GeneratedRegex("^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$", RegexOptions.NonBacktracking)]
    private static partial Regex Uuid();

    [GeneratedRegex("^[a-z][a-z0-9]{0,19}$", RegexOptions.NonBacktracking)]
    private static partial Regex PodName();

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,62}$", RegexOptions.NonBacktracking)]
    private static partial Regex HostName();

    [GeneratedRegex("^[a-z][a-z0-9]{0,14}$", RegexOptions.NonBacktracking)]
    private static partial Regex ServiceName();

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$", RegexOptions.NonBacktracking)]
    private static partial Regex VariableName();
}
