namespace Pinacle.Web.Pods;

/// <summary>What a person asks for when they make a pod, by API or page.</summary>
public sealed record PodDraft
{
    public required string Name { get; init; }

    /// <summary>A git URL; null or empty for an empty workspace.</summary>
    public string? Repo { get; init; }

    /// <summary>Null or empty for the repository's default branch.</summary>
    public string? Branch { get; init; }

    public string? Image { get; init; }

    public string Tier { get; init; } = "dev.small";

    public IReadOnlyDictionary<string, string>? Env { get; init; }

    /// <summary>Seconds; 0 = never; null = 900.</summary>
    public int? SleepAfter { get; init; }

    /// <summary>The team it belongs to, by name; null for the person's own.</summary>
    public string? Team { get; init; }

    /// <summary>True when the person agrees to what the repository proposes as access.</summary>
    public bool AcceptAccess { get; init; }

    /// <summary>Everything that can be told without asking anybody.</summary>
    public InputErrors Check()
    {
        var errors = new InputErrors();
        errors.Add("name", PodName.Problem(Name));
        if (!string.IsNullOrEmpty(Repo))
            errors.Add("repo", RepositoryUrl.Problem(Repo));
        if (!string.IsNullOrEmpty(Branch))
            errors.Add("branch", string.IsNullOrEmpty(Repo) ? "A branch needs a repository." : BranchName.Problem(Branch));
        if (Contracts.Tier.Find(Tier) is null)
            errors.Add("tier", $"There is no such tier; there are {string.Join(", ", Contracts.Tier.All.Select(tier => tier.Name))}.");
        if (Env is not null)
            errors.Add("env", EnvironmentNames.Problem(Env));
        errors.Add("sleepAfter", SleepProblem(SleepAfter));
        return errors;
    }

    /// <summary>Null when a pause before sleep is good.</summary>
    public static string? SleepProblem(int? seconds) =>
        seconds is null or 0 or (>= 60 and <= 30 * 86_400) ? null : "Seconds until the pod sleeps are 0 (never), or 60 to 2592000.";
}
