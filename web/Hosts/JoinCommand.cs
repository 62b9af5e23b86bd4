using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;
using Pinacle.Web.Site;

namespace Pinacle.Web.Hosts;

/// <summary>The command that an operator runs on a machine to make it a host: web's address, a token, and the pin of web's certificate.</summary>
public sealed class JoinCommand(IOptions<HostsOptions> options, IConfiguration configuration, SiteUrls urls)
{
    private Uri Web => new(options.Value.WebUrl ?? urls.Site);

    /// <summary>The command with a token that was just made.</summary>
    public string Of(string token) => $"sudo podd join {Web.GetLeftPart(UriPartial.Authority)} --token {token}{(Pin() is { } pin ? $" --pin {pin}" : "")}";

    /// <summary>What has to be known before it is run; null when it works anywhere.</summary>
    public string? Note() => Web switch
    {
        { Scheme: not "https", IsLoopback: true } => $"Over {Web.Authority} only this machine can join. For others set Hosts:WebUrl to an https address of this server that they reach.",
        { Scheme: not "https" } => $"podd will refuse this: over {Web.Authority} the token would travel in the clear. Set Hosts:WebUrl to an https address of this server.",
        _ when Pin() is null => "The machine must trust the authority of this server's certificate. Where it does not, set Hosts:Pin to the certificate's SHA-256.",
        _ => null,
    };

    /// <summary><c>sha256:…</c> of web's certificate; null when web does not know it, or needs none. Read anew each time: certificates are renewed.</summary>
    private string? Pin() =>
        Web.Scheme != Uri.UriSchemeHttps ? null : options.Value.Pin ?? (OwnCertificate() is { } own ? "sha256:" + Convert.ToHexStringLower(own.GetCertHash(HashAlgorithmName.SHA256)) : null);

    /// <summary>The certificate that Kestrel was told to serve (section <c>Kestrel</c>); null where something before web ends HTTPS.</summary>
    private X509Certificate2? OwnCertificate()
    {
        var kestrel = configuration.GetSection("Kestrel");
        var endpoint = kestrel.GetSection("Endpoints").GetChildren().FirstOrDefault(one => one["Url"]?.StartsWith("https:", StringComparison.OrdinalIgnoreCase) == true);
        if (endpoint is null)
            return null;
        var settings = endpoint.GetSection("Certificate") is { } own && own.Exists() ? own : kestrel.GetSection("Certificates:Default");
        if (settings["Path"] is not { } path)
            return null;

        // As Kestrel reads them: PEM with the leaf first, else PKCS #12.
        var content = File.ReadAllBytes(path);
        return content.AsSpan().IndexOf("-----BEGIN CERTIFICATE"u8) >= 0
            ? X509Certificate2.CreateFromPem(System.Text.Encoding.ASCII.GetString(content))
            : X509CertificateLoader.LoadPkcs12(content, settings["Password"]);
    }
}
