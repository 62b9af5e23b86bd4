namespace Pinacle.Podd.Network.Dns;

/// <summary>Response codes (RFC 1035 §4.1.1) that the forwarder gives by itself.</summary>
internal enum DnsCode
{
    None = 0,
    FormatError = 1,
    ServerFailure = 2,
    NoSuchName = 3,
    NotImplemented = 4,
    Refused = 5,
}
