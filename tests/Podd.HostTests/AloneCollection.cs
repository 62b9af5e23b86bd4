using Xunit;

namespace Pinacle.Podd.HostTests;

/// <summary>Tests beside which others would be tests of the machine, so much noise they make; and those that measure what grows with the machine's load (a busy guest takes more threads), or take part of the tests' own process for themselves.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}
