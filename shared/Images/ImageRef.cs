namespace Pinacle.Contracts;

/// <summary>Names an image on a host.</summary>
/// <param name="Name"><c>[a-z][a-z0-9.-]{0,62}</c>: <c>default</c>.</param>
/// <param name="Hash">Lower-case hex of the definition's or the imported manifest's SHA-256; null for "whichever this host has under the name".</param>
public sealed record ImageRef(string Name, string? Hash = null);
