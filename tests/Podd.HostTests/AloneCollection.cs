using Xunit;

namespace Pinacle.Podd.HostTests;

/// <summary>Tests that make so much noise that others beside them would be tests of the machine.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}
