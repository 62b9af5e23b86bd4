using Pinacle.Contracts;
using Pinacle.Podd;
using Pinacle.Podd.Commands;

try
{
    return await Verbs.Run(new Arguments(args), CancellationToken.None);
}
catch (Exception error) when (error is UsageException or InvalidOperationException or FaultException or HostCommandException or IOException or HttpRequestException)
{
    await Console.Error.WriteLineAsync($"podd: {error.Message}");
    return 1;
}
