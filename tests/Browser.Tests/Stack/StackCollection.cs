namespace Pinacle.Browser.Tests.Stack;

/// <summary>All tests of this assembly share one running product, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class StackCollection : ICollectionFixture<PinacleStack>
{
    public const string Name = "the whole product";
}
