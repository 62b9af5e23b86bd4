using Pinacle.Contracts;
using Pinacle.Podd.Runsc;

namespace Pinacle.Podd.Hosts.Checks;

/// <summary>runsc, by what it does and not by its version: some builds break under load or lose pods on checkpoint.</summary>
internal sealed class RuntimeCheck(PoddOptions options, SelfTest test) : IHostCheck
{
    public string Name => "runsc";

    public async Task<IReadOnlyList<Finding>> Look(CancellationToken cancellationToken) => [Judge(await test.Run(cancellationToken), options.Runsc)];

    internal static Finding Judge(RuntimeReport report, string binary) => report switch
    {
        { State: RuntimeState.Fit } => Finding.Ok($"{report.Version}, passed the self-test ({binary})"),
        { Hash: null } => Finding.Fail(report.Message ?? "there is no runsc", "/usr/share/podd/install-runsc"),
        _ => Finding.Fail($"{report.Version ?? binary} does not pass the self-test: {report.Message}", "/usr/share/podd/install-runsc puts the build that pods are proven on into /usr/local/lib/pinacle; option runsc must name it"),
    };
}
