using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Pinacle.Web.Hosts;
using Pinacle.Web.Site;
using Xunit;

namespace Pinacle.Web.Tests.Hosts;

public sealed class JoinCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("join-command-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_command_pins_the_certificate_that_Kestrel_serves(bool pkcs12)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=pinacle.test", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(99));
        var file = Path.Combine(folder, "site");
        if (pkcs12)
            File.WriteAllBytes(file, certificate.Export(X509ContentType.Pkcs12, "secret"));
        else
            File.WriteAllText(file, key.ExportPkcs8PrivateKeyPem() + "\n" + certificate.ExportCertificatePem());
        var command = Command("https://pinacle.test/", new(), ("Kestrel:Endpoints:Main:Url", "https://*:443"), ("Kestrel:Endpoints:Main:Certificate:Path", file), ("Kestrel:Endpoints:Main:Certificate:Password", "secret"));
        Assert.Equal($"sudo podd join https://pinacle.test --token t --pin sha256:{Convert.ToHexStringLower(SHA256.HashData(certificate.RawData))}", command.Of("t"));
        Assert.Null(command.Note());
    }

    [Fact]
    public void What_the_operator_says_of_address_and_pin_holds_before_what_web_knows_itself()
    {
        var pin = "sha256:" + new string('a', 64);
        var command = Command("http://pinacle.test", new HostsOptions { WebUrl = "https://10.0.0.5:8443", Pin = pin });
        Assert.Equal($"sudo podd join https://10.0.0.5:8443 --token t --pin {pin}", command.Of("t"));
        Assert.Null(command.Note());
    }

    [Theory]
    [InlineData("http://127.0.0.1:8080", "only this machine can join")]
    [InlineData("http://pinacle.test", "podd will refuse this")]
    [InlineData("https://pinacle.test", "must trust the authority")]
    public void What_would_keep_the_command_from_working_is_said(string site, string said)
    {
        var command = Command(site, new());
        Assert.Equal($"sudo podd join {site} --token t", command.Of("t"));
        Assert.Contains(said, command.Note(), StringComparison.Ordinal);
    }

    private static JoinCommand Command(string site, HostsOptions options, params (string Key, string Value)[] settings) => new(
        Options.Create(options),
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build(),
        new SiteUrls(Options.Create(new SiteOptions { Url = site })));
}
