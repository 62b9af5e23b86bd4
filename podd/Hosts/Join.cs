using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Pinacle.Contracts;

namespace Pinacle.Podd.Hosts;

/// <summary>Enrols this podd with web: the only call that podd ever makes to it.</summary>
public static class Join
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Sends the token, the certificate's hash and the key; web dials back before it answers, so podd must run.</summary>
    /// <param name="site">web's address; plain http to loopback only.</param>
    /// <param name="pin"><c>sha256:…</c> of web's certificate; null to trust the machine's authorities.</param>
    /// <param name="enrolment">What is sent.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<HostEnrolled> Send(Uri site, string? pin, HostEnrolment enrolment, CancellationToken cancellationToken)
    {
        if (site.Scheme != Uri.UriSchemeHttps && !site.IsLoopback)
            throw new UsageException($"cannot join {site}: the token would go over the network in the clear (https is needed)");
        string? seen = null;
        using var handler = new SocketsHttpHandler { UseProxy = false };
        if (pin is not null)
            handler.SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null && string.Equals(seen = PinOf(certificate), pin, StringComparison.OrdinalIgnoreCase) };
        using var client = new HttpClient(handler) { BaseAddress = site, Timeout = Limit };
        using var response = await Post(client, enrolment, () => seen, cancellationToken);
        if (!response.IsSuccessStatusCode)
            throw new InvalidOperationException($"cannot join {site}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync(cancellationToken)}");
        return await response.Content.ReadFromJsonAsync(ContractsJson.Default.HostEnrolled, cancellationToken)
            ?? throw new InvalidOperationException($"cannot join {site}: its answer is empty");
    }

    private static async Task<HttpResponseMessage> Post(HttpClient client, HostEnrolment enrolment, Func<string?> seen, CancellationToken cancellationToken)
    {
        try
        {
            return await client.PostAsJsonAsync(PoddRoutes.Enrol, enrolment, ContractsJson.Default.HostEnrolment, cancellationToken);
        }
        catch (HttpRequestException error) when (error.InnerException is AuthenticationException)
        {
            // The token was not sent: the handshake comes first.
            throw new InvalidOperationException(
                seen() is { } pin
                    ? $"cannot join {client.BaseAddress}: its certificate is {pin}, not the one of --pin"
                    : $"cannot join {client.BaseAddress}: this machine does not trust its certificate (--pin names one that it shall trust)",
                error);
        }
    }

    private static string PinOf(X509Certificate certificate) => "sha256:" + certificate.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant();
}
