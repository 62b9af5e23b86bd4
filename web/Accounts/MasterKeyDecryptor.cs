using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;

namespace Pinacle.Web.Accounts;

/// <summary>Unlocks what <see cref="MasterKeyEncryptor"/> locked.</summary>
internal sealed class MasterKeyDecryptor(IServiceProvider services) : IXmlDecryptor
{
    public XElement Decrypt(XElement encryptedElement)
    {
        var key = services.GetService<MasterKey>() ?? throw new InvalidOperationException("cannot read the database's keys: they are locked with a Secrets:MasterKey, and none is set");
        var locked = Convert.FromBase64String(encryptedElement.Value);
        var plain = new byte[locked.Length - 28];
        using var aes = new AesGcm(key.Bytes, 16);
        aes.Decrypt(locked.AsSpan(0, 12), locked.AsSpan(28), locked.AsSpan(12, 16), plain);
        return XElement.Parse(Encoding.UTF8.GetString(plain));
    }
}
