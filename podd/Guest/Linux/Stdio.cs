namespace Pinacle.Guest.Linux;

/// <summary>Where a new process's standard streams lead: to three descriptors, or to a terminal.</summary>
/// <param name="In">Its input.</param>
/// <param name="Out">Its output.</param>
/// <param name="Err">Its errors.</param>
/// <param name="Terminal">Path of the terminal that is all three, and becomes the process's controlling one; null for the descriptors.</param>
internal readonly record struct Stdio(int In, int Out, int Err, string? Terminal = null);
