using Pinacle.Contracts;
using Pinacle.Podd;
using Pinacle.Podd.Commands;
using Pinacle.Podd.Verbs;

try
{
    return await VerbList.Run(args, CancellationToken.None);
}
catch (UsageException error)
{
    // 2 as of old for a wrong command line; podd.service does not try again on it.
    await Console.Error.WriteLineAsync($"podd: {error.Message}");
    return 2;
}
catch (FaultException error)
{
    await Console.Error.WriteLineAsync($"podd: {error.Message}{(error.Fault.Detail is { Length: > 0 } detail ? $" ({detail})" : "")}");
    return 1;
}
catch (Exception error) when (error is InvalidOperationException or HostCommandException or IOException or UnauthorizedAccessException or HttpRequestException)
{
    await Console.Error.WriteLineAsync($"podd: {error.Message}");
    return 1;
}
