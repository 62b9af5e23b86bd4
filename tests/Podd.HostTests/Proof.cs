using System.Globalization;
using Xunit.Abstractions;

namespace Pinacle.Podd.HostTests;

/// <summary>Tests of which <c>make proof</c> (PINACLE_PROOF names its report) runs a long version. They carry the trait <c>Category=Proof</c>.</summary>
internal static class Proof
{
    private static readonly string? Report = Environment.GetEnvironmentVariable("PINACLE_PROOF");

    /// <summary>True in <c>make proof</c>.</summary>
    public static bool IsLong => Report is not null;

    /// <summary>How often: in <c>make test</c>, and in <c>make proof</c>.</summary>
    public static int Rounds(int few, int many) => IsLong ? many : few;

    /// <summary>What chance begins with: <c>PINACLE_SEED</c>, else another one each time. Printed, so that a run can be had again.</summary>
    public static int Seed(ITestOutputHelper output)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("PINACLE_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : Random.Shared.Next(1_000_000);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"PINACLE_SEED={seed}"));
        return seed;
    }

    /// <summary>Says in the report what was shown.</summary>
    public static void Shown(ITestOutputHelper output, string sentence)
    {
        output.WriteLine(sentence);
        if (Report is not null)
            File.AppendAllText(Report, $"- {sentence}\n");
    }
}
