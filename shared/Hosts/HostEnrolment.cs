namespace Pinacle.Contracts;

/// <summary>What podd sends once to web (<c>POST /enrol</c>) to become one of its hosts.</summary>
public sealed record HostEnrolment
{
    /// <summary>The single-use token that the operator was given.</summary>
    public required string Token { get; init; }

    /// <summary>The host's name: <c>[a-z0-9][a-z0-9.-]{0,62}</c>, unique.</summary>
    public required string Name { get; init; }

    /// <summary>Where web reaches podd: <c>https://host:7400</c> or <c>unix:/run/podd/podd.sock</c>.</summary>
    public required string Address { get; init; }

    /// <summary>Lower-case hex SHA-256 of podd's certificate (DER), which web pins.</summary>
    public required string CertificateSha256 { get; init; }

    /// <summary>The key that web must send as <c>X-Api-Key</c>; made by podd.</summary>
    public required string ApiKey { get; init; }

    /// <summary><see cref="ContractVersion.Text"/> of podd.</summary>
    public required string Contract { get; init; }

    /// <summary>podd's version.</summary>
    public required string Version { get; init; }
}
