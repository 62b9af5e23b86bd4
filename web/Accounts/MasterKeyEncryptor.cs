using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;

namespace Pinacle.Web.Accounts;

/// <summary>Locks a key of Data Protection with AES-256-GCM.</summary>
internal sealed class MasterKeyEncryptor(MasterKey key) : IXmlEncryptor
{
    public EncryptedXmlInfo Encrypt(XElement plaintextElement)
    {
        var plain = Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting));
        var locked = new byte[12 + 16 + plain.Length];
        RandomNumberGenerator.Fill(locked.AsSpan(0, 12));
        using var aes = new AesGcm(key.Bytes, 16);
        aes.Encrypt(locked.AsSpan(0, 12), plain, locked.AsSpan(28), locked.AsSpan(12, 16));
        return new EncryptedXmlInfo(new XElement("masterKey", Convert.ToBase64String(locked)), typeof(MasterKeyDecryptor));
    }
}
