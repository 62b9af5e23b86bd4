using System.Net.Security;
using System.Security.Cryptography;
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
        using var handler = new SocketsHttpHandler { UseProxy = false };
        if (pin is not null)
            handler.SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null && Matches(certificate.GetRawCertData(), pin) };
        using var client = new HttpClient(handler) { BaseAddress = site, Timeout = Limit };
        using var response = await client.PostAsJsonAsync(PoddRoutes.Enrol, enrolment, ContractsJson.Default.HostEnrolment, cancellationToken);
        if (!response.IsSuccessStatusCode)
            throw new InvalidOperationException($"cannot join {site}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync(cancellationToken)}");
        return await response.Content.ReadFromJsonAsync(ContractsJson.Default.HostEnrolled, cancellationToken)
            ?? throw new InvalidOperationException($"cannot join {site}: its answer is empty");
    }

    private static bool Matches(byte[] certificate, string pin) =>
        string.Equals(pin, "sha256:" + Convert.ToHexStringLower(SHA256.HashData(certificate)), StringComparison.OrdinalIgnoreCase);
}
