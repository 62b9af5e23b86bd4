using Pinacle.Podd.Linux;

namespace Pinacle.Podd.Pods;

/// <summary>Where tests kill podd. Does nothing unless <c>PODD_KILL_AT</c> names a file: then podd kills itself, as a power cut would, at the point whose name stands in it, once.</summary>
public static class FaultPoints
{
    /// <summary>Name of the environment variable.</summary>
    public const string Variable = "PODD_KILL_AT";

    private static readonly string? File = Environment.GetEnvironmentVariable(Variable);

    /// <summary>An act has come to that point.</summary>
    public static void Reach(FaultPoint point)
    {
        if (File is null || !System.IO.File.Exists(File) || System.IO.File.ReadAllText(File).Trim() != point.ToString())
            return;
        System.IO.File.Delete(File);
        _ = LibC.Kill(Environment.ProcessId, LibC.SIGKILL);
        Thread.Sleep(Timeout.Infinite); // until the signal is there
    }
}
