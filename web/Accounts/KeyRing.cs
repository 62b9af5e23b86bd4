using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Pinacle.Web.Database;

namespace Pinacle.Web.Accounts;

/// <summary>Where Data Protection keeps its keys (Postgres, for all copies of web) and what they are locked with: <c>Secrets:Certificate</c> (a PKCS#12 file, with <c>Secrets:CertificatePassword</c>) or <c>Secrets:MasterKey</c> (at least 32 characters).</summary>
public static class KeyRing
{
    private const int MinLength = 32;

    public static void AddKeyRing(this WebApplicationBuilder builder)
    {
        var protection = builder.Services.AddDataProtection().SetApplicationName("pinacle").PersistKeysToDbContext<PinacleDb>();
        if (builder.Configuration["Secrets:Certificate"] is { Length: > 0 } file)
        {
            protection.ProtectKeysWithCertificate(X509CertificateLoader.LoadPkcs12FromFile(file, builder.Configuration["Secrets:CertificatePassword"]));
        }
        else if (builder.Configuration["Secrets:MasterKey"] is { Length: > 0 } master)
        {
            if (master.Length < MinLength)
                throw new InvalidOperationException($"cannot start: Secrets:MasterKey has fewer than {MinLength} characters");
            var key = new MasterKey(SHA256.HashData(Encoding.UTF8.GetBytes(master)));
            builder.Services.AddSingleton(key);
            builder.Services.Configure<KeyManagementOptions>(options => options.XmlEncryptor = new MasterKeyEncryptor(key));
        }
        else if (!builder.Environment.IsDevelopment())
        {
            throw new InvalidOperationException("cannot start: neither Secrets:MasterKey nor Secrets:Certificate is set, so secrets in the database would lie open");
        }
    }
}
