namespace Pinacle.Contracts;

/// <summary>A run of setup steps in the guest.</summary>
/// <param name="Run">Names the run: <c>clone-1</c>, <c>setup-2</c>. The same name joins; another one while a run is under way is a conflict.</param>
/// <param name="Repository">Cloned first into the emptied workspace; null when there is nothing to clone in this run.</param>
/// <param name="Steps">Then these.</param>
public sealed record GuestSetup(string Run, RepositorySpec? Repository, IReadOnlyList<SetupStep> Steps);
