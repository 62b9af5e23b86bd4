namespace Pinacle.Podd;

/// <summary>The command line or the configuration is wrong; the message is for whoever wrote it.</summary>
public sealed class UsageException(string message) : Exception(message);
