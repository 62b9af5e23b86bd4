namespace Pinacle.Web.Accounts;

/// <summary>The operator's key, from which each lock is made.</summary>
/// <param name="Bytes">32 bytes.</param>
internal sealed record MasterKey(byte[] Bytes);
