using System.Globalization;

namespace Pinacle.Podd.Linux;

/// <summary>Turns the kernel's OOM killer (oom_score_adj, proc(5)) away from a sandbox and towards the pod's own processes, so that a pod that eats too much loses the guilty process and not itself.</summary>
public static class OomScore
{
    private const int Spared = -900;
    private const int Offered = 500;

    /// <summary>Spares the sandbox and its gofer where podd may (CAP_SYS_RESOURCE); elsewhere offers the others. Processes that end meanwhile are passed over.</summary>
    /// <param name="sandbox">The sandbox process.</param>
    /// <param name="all">Every process of the pod's cgroup.</param>
    public static void Turn(int sandbox, IReadOnlyList<int> all)
    {
        if (Set(sandbox, Spared))
        {
            foreach (var gofer in all.Where(IsGofer))
                Set(gofer, Spared);
            // What the sandbox forked before, and forks from now on, would be spared as well.
            Offer(sandbox, all, 0);
        }
        else
        {
            Offer(sandbox, all, Offered);
        }
    }

    private static void Offer(int sandbox, IReadOnlyList<int> all, int score)
    {
        foreach (var process in all)
        {
            if (process != sandbox && !IsGofer(process))
                Set(process, score);
        }
    }

    private static bool IsGofer(int process) => CommandLine.Of(process) is [var name, ..] && name.EndsWith("runsc-gofer", StringComparison.Ordinal);

    private static bool Set(int process, int score)
    {
        try
        {
            File.WriteAllText($"/proc/{process.ToString(CultureInfo.InvariantCulture)}/oom_score_adj", score.ToString(CultureInfo.InvariantCulture));
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
