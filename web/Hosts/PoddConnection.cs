using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Pinacle.Contracts;

namespace Pinacle.Web.Hosts;

/// <summary>Makes the HTTP client for one podd: its socket, or HTTPS to the one certificate that was pinned when it enrolled.</summary>
public static class PoddConnection
{
    public static HttpClient Open(PoddAddress address)
    {
        // No environment proxy, no redirects, no cookies: this is a wire between two programs.
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        };
        if (address.SocketPath is { } path)
            handler.ConnectCallback = (_, cancellationToken) => Connect(path, cancellationToken);
        else
            handler.SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, certificate, _, _) => IsPinned(certificate, address.CertificateSha256) };

        // Long acts stream for as long as they take: time-outs are each call's own.
        var client = new HttpClient(handler) { BaseAddress = new Uri(address.SocketPath is null ? address.Address : "http://podd"), Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.Add(PoddRoutes.ApiKeyHeader, address.ApiKey);
        return client;
    }

    private static bool IsPinned(X509Certificate? certificate, string sha256) =>
        certificate is not null && string.Equals(certificate.GetCertHashString(HashAlgorithmName.SHA256), sha256, StringComparison.OrdinalIgnoreCase);

    private static async ValueTask<Stream> Connect(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
