namespace Pinacle.Contracts;

/// <summary>An image that a host has.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Hash">What it was made from.</param>
/// <param name="Bytes">Size of its files.</param>
/// <param name="CreatedAt">When the host got it.</param>
public sealed record ImageReport(string Name, string Hash, long Bytes, DateTimeOffset CreatedAt);
