using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Playwright;

namespace Pinacle.Browser.Tests.Stack;

/// <summary>
/// A second copy of web on the instance's own database and podd, at <c>https://pods.test</c> with a certificate of an authority that only its browser
/// trusts: what an operator has, where <c>.localhost</c> is special to browsers and dev servers.
/// </summary>
public sealed class TlsSite : IAsyncDisposable
{
    public const string Domain = "pods.test";
    private const int Port = 18493;

    private readonly string _folder = Directory.CreateTempSubdirectory("pinacle-tls-").FullName;
    private Background? _web;

    public static string Site => $"https://{Domain}";

    public IBrowser Browser { get; private set; } = null!;

    public static async Task<TlsSite> Open(PinacleStack stack)
    {
        var site = new TlsSite();
        try
        {
            await site.Start(stack);
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Browser is not null)
            await Browser.DisposeAsync();
        if (_web is not null)
            await _web.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
        if (Directory.Exists(Keys))
            Directory.Delete(Keys, recursive: true);
    }

    // Where the user that web runs as may read.
    private static string Keys => Path.Combine(PinacleStack.Var, "web", "tls");

    private async Task Start(PinacleStack stack)
    {
        await MakeCertificates();
        var built = (await File.ReadAllTextAsync(Path.Combine(PinacleStack.Var, "run", "built"))).Trim();
        var running = await Environment(await PinacleStack.ProcessOf("web"));
        string[] settings =
        [
            .. running.Where(line => line.StartsWith("ConnectionStrings__", StringComparison.Ordinal) || line.StartsWith("Bucket__", StringComparison.Ordinal)),
            "ASPNETCORE_ENVIRONMENT=Development",
            $"Gateway__Domain={Domain}",
            $"Site__Url={Site}",
            string.Create(CultureInfo.InvariantCulture, $"Kestrel__Endpoints__Https__Url=https://127.0.0.1:{Port}"),
            $"Kestrel__Endpoints__Https__Certificate__Path={Path.Combine(Keys, "site.pem")}",
            $"Kestrel__Endpoints__Https__Certificate__KeyPath={Path.Combine(Keys, "site.key")}",
        ];
        var scripts = Path.Combine(Repository.Root, "packaging", "dev");
        _web = new Background(
            Path.Combine(scripts, "as-servant.sh"),
            ["env", .. settings, Path.Combine(scripts, "in-folder.sh"), Path.Combine(built, "web"), "dotnet", Path.Combine(built, "web", "web.dll")],
            Path.Combine(Repository.Artifacts, "tls-web.log"),
            PinacleStack.Settings);
        using var handler = new SocketsHttpHandler { SslOptions = new() { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Subject == $"CN={Domain}" } };
        using var client = new HttpClient(handler);
        await Eventually.Holds("the second copy of web answers", TimeSpan.FromSeconds(60), async () =>
        {
            Assert.False(_web.Ended, _web.Output);
            return (await client.GetAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"https://127.0.0.1:{Port}/health")))).StatusCode == HttpStatusCode.OK;
        });
        await TrustAuthority();
        var rules = string.Create(CultureInfo.InvariantCulture, $"MAP *.{Domain} 127.0.0.1:{Port}, MAP {Domain} 127.0.0.1:{Port}");
        Browser = await stack.Launch(_folder, $"--host-resolver-rules={rules}");
    }

    private async Task MakeCertificates()
    {
        var now = TimeProvider.System.GetUtcNow();
        var (begin, end) = (now.AddHours(-1), now.AddDays(2));
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest("CN=Pinacle test authority", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        authorityRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        using var authority = authorityRequest.CreateSelfSigned(begin, end);

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={Domain}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(Domain);
        names.AddDnsName($"*.{Domain}");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        using var certificate = request.Create(authority, begin, end, RandomNumberGenerator.GetBytes(8));

        Directory.CreateDirectory(Keys);
        await File.WriteAllTextAsync(Path.Combine(_folder, "authority.pem"), authority.ExportCertificatePem());
        await File.WriteAllTextAsync(Path.Combine(Keys, "site.pem"), certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(Path.Combine(Keys, "site.key"), key.ExportPkcs8PrivateKeyPem());
        await Tool.Run("chown", ["-R", "--reference", Path.Combine(PinacleStack.Var, "web"), Keys]);
    }

    // Chromium on Linux trusts what is in the NSS database of its user.
    private async Task TrustAuthority()
    {
        var database = Directory.CreateDirectory(Path.Combine(_folder, ".pki", "nssdb")).FullName;
        await Tool.Run("certutil", ["-d", $"sql:{database}", "-N", "--empty-password"]);
        await Tool.Run("certutil", ["-d", $"sql:{database}", "-A", "-t", "C,,", "-n", "test authority", "-i", Path.Combine(_folder, "authority.pem")]);
    }

    private static async Task<string[]> Environment(int process) =>
        (await File.ReadAllTextAsync(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/environ"))).Split('\0', StringSplitOptions.RemoveEmptyEntries);
}
