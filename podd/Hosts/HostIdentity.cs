using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Pinacle.Podd.Linux;

namespace Pinacle.Podd.Hosts;

/// <summary>What this podd proves itself with: a certificate of its own, which web pins, and the key that web must send. Both are made once and kept in its root, readable by root alone.</summary>
public sealed class HostIdentity(PoddOptions options, TimeProvider time)
{
    private static readonly TimeSpan Life = TimeSpan.FromDays(3650);

    private string CertificateFile => Path.Combine(options.Root, "certificate.pem");

    private string KeyFile => Path.Combine(options.Root, "certificate.key");

    private string ApiKeyFile => Path.Combine(options.Root, "api-key");

    /// <summary>The key that every request must carry.</summary>
    public string ApiKey()
    {
        if (!File.Exists(ApiKeyFile))
        {
            MakeRoot();
            DurableFile.Write(ApiKeyFile, Encoding.ASCII.GetBytes(RandomNumberGenerator.GetHexString(64, lowercase: true)));
        }
        return File.ReadAllText(ApiKeyFile).Trim();
    }

    /// <summary>The certificate with its key.</summary>
    public X509Certificate2 Certificate()
    {
        if (!File.Exists(CertificateFile))
            Make();
        using var certificate = X509Certificate2.CreateFromPemFile(CertificateFile, KeyFile);
        // Kestrel wants a key that is not bound to the PEM loader's own handle.
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>Lower-case hex SHA-256 of the certificate, as web pins it.</summary>
    public string Pin()
    {
        using var certificate = Certificate();
        return Convert.ToHexStringLower(SHA256.HashData(certificate.RawData));
    }

    private void Make()
    {
        MakeRoot();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={options.Name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(options.Name);
        request.CertificateExtensions.Add(names.Build());
        var now = time.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now + Life);
        // The key first: a certificate that is there has its key.
        DurableFile.Write(KeyFile, Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem()));
        DurableFile.Write(CertificateFile, Encoding.ASCII.GetBytes(certificate.ExportCertificatePem()));
    }

    private void MakeRoot() =>
        Directory.CreateDirectory(options.Root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
}
