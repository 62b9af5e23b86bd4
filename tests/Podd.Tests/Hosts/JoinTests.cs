using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Pinacle.Contracts;
using Pinacle.Podd.Hosts;
using Xunit;

namespace Pinacle.Podd.Tests.Hosts;

/// <summary>Against a server that speaks TLS and HTTP as web does, with a certificate that nobody trusts.</summary>
public sealed class JoinTests : IDisposable
{
    private static readonly HostEnrolment Enrolment = new() { Token = "once", Name = "host-1", Address = "https://host-1:7400", CertificateSha256 = "ab", ApiKey = "cd", Contract = ContractVersion.Text, Version = "1" };

    private readonly X509Certificate2 _certificate = SelfSigned();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public JoinTests() => _listener.Start();

    private string Pin => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(_certificate.RawData));

    private Uri Site => new($"https://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    [Fact]
    public async Task A_host_joins_the_web_whose_certificate_it_was_given()
    {
        var served = Serve();

        var enrolled = await Join.Send(Site, Pin, Enrolment, CancellationToken.None);

        Assert.Equal("host-1", enrolled.Name);
        Assert.Contains("\"token\":\"once\"", await served, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sha256:0000000000000000000000000000000000000000000000000000000000000000", "its certificate is sha256:")]
    [InlineData(null, "does not trust its certificate")]
    public async Task A_host_sends_its_token_to_no_other(string? pin, string words)
    {
        var served = Serve();

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => Join.Send(Site, pin, Enrolment, CancellationToken.None));

        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.Equal(pin is not null, error.Message.Contains(Pin, StringComparison.Ordinal));
        Assert.Equal("", await served);
    }

    [Fact]
    public async Task A_token_never_goes_over_the_network_in_the_clear() =>
        await Assert.ThrowsAsync<UsageException>(() => Join.Send(new Uri("http://pinacle.example.org"), null, Enrolment, CancellationToken.None));

    public void Dispose()
    {
        _listener.Dispose();
        _certificate.Dispose();
    }

    // What the one caller sent; nothing where it hung up in the handshake.
    private async Task<string> Serve()
    {
        using var caller = await _listener.AcceptTcpClientAsync();
        await using var stream = new SslStream(caller.GetStream());
        try
        {
            await stream.AuthenticateAsServerAsync(_certificate);
        }
        catch (Exception error) when (error is AuthenticationException or IOException)
        {
            return "";
        }
        var (asked, buffer) = (new StringBuilder(), new byte[4096]);
        while (!asked.ToString().Contains('}', StringComparison.Ordinal) && await stream.ReadAsync(buffer) is > 0 and var count)
            asked.Append(Encoding.UTF8.GetString(buffer, 0, count));
        if (asked.Length == 0)
            return "";
        var body = """{"id":"0198c1d2-0000-7000-8000-000000000000","name":"host-1","contract":"1.0"}""";
        await stream.WriteAsync(Encoding.UTF8.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}"));
        return asked.ToString();
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=web", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }
}
