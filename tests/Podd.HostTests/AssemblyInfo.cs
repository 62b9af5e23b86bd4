using System.Runtime.Versioning;
using Xunit;

[assembly: SupportedOSPlatform("linux")]

// Much of a host test is waiting: two at a time, each with names of its own for what is the whole machine's (PoddPlace).
[assembly: CollectionBehavior(MaxParallelThreads = 2)]
