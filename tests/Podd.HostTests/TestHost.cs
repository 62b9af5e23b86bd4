namespace Pinacle.Podd.HostTests;

/// <summary>What these tests need of the machine, and where it is.</summary>
internal static class TestHost
{
    /// <summary>The runsc to test with: <c>PINACLE_RUNSC</c>, else where packaging/install-runsc puts it.</summary>
    public static string Runsc => Environment.GetEnvironmentVariable("PINACLE_RUNSC") ?? "/usr/local/lib/pinacle/runsc";
}
