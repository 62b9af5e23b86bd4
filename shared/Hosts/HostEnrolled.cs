namespace Pinacle.Contracts;

/// <summary>web's answer to a <see cref="HostEnrolment"/>, given after it has dialled back.</summary>
/// <param name="Id">The host's id at web.</param>
/// <param name="Name">The host's name.</param>
/// <param name="Contract"><see cref="ContractVersion.Text"/> of web.</param>
public sealed record HostEnrolled(string Id, string Name, string Contract);
