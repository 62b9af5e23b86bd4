using Microsoft.AspNetCore.DataProtection;

namespace Pinacle.Web.Hosts;

/// <summary>Keeps hosts' keys unreadable in the database; each is bound to its host's name.</summary>
public sealed class HostKeys(IDataProtectionProvider protection)
{
    public byte[] Protect(string hostName, string key) => Protector(hostName).Protect(System.Text.Encoding.UTF8.GetBytes(key));

    public string Unprotect(string hostName, byte[] key) => System.Text.Encoding.UTF8.GetString(Protector(hostName).Unprotect(key));

    private IDataProtector Protector(string hostName) => protection.CreateProtector("pinacle.hosts.api-key", hostName);
}
