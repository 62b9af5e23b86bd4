using System.Runtime.Versioning;
using Xunit;

[assembly: SupportedOSPlatform("linux")]

// Bridges, cgroups and mounts are the whole machine's: one test at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
