using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Pinacle.Contracts;
using Pinacle.Web.Database;

namespace Pinacle.Web.Hosts;

/// <summary>How a host joins: an operator's token, single use; web dials back before it believes anything.</summary>
public sealed partial class Enrolment(PinacleDb db, JoinTokens tokens, HostKeys keys, TimeProvider time)
{
    /// <summary>Enrols a host. One of the same name that had enrolled is this one again (its token proves it): address, certificate and key are replaced.</summary>
    /// <exception cref="FaultException">The token is not good, the host speaks another contract, or cannot be reached.</exception>
    public async Task<HostEnrolled> Enrol(HostEnrolment asked, CancellationToken cancellationToken)
    {
        Check(asked);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (!await tokens.Use(asked.Token, cancellationToken))
            throw new FaultException(FaultKind.Unauthorized, "cannot enrol the host: the token is wrong, used or older than its time");
        var report = await DialBack(asked, cancellationToken);
        var now = time.GetUtcNow();
        var host = await db.Hosts.SingleOrDefaultAsync(one => one.Name == asked.Name, cancellationToken);
        if (host is null)
        {
            host = new PodHost { Name = asked.Name, Address = asked.Address, CertificateSha256 = "", ApiKeyEncrypted = [], Contract = asked.Contract, CreatedAt = now };
            db.Hosts.Add(host);
        }

        host.Address = asked.Address;
        host.CertificateSha256 = asked.CertificateSha256.ToLowerInvariant();
        host.ApiKeyEncrypted = keys.Protect(asked.Name, asked.ApiKey);
        host.Seen(report, now);
        await db.SaveChangesAsync(cancellationToken);
        await tokens.UsedBy(host, asked.Token, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new HostEnrolled(host.Id.ToString(), host.Name, ContractVersion.Text);
    }

    private static void Check(HostEnrolment asked)
    {
        if (!NamePattern().IsMatch(asked.Name))
            throw new FaultException(FaultKind.Invalid, "cannot enrol the host: a name is letters a-z, digits, dots and hyphens, at most 63");
        if (PoddAddress.Problem(asked.Address) is { } problem)
            throw new FaultException(FaultKind.Invalid, $"cannot enrol host {asked.Name}: {problem}");
        if (!HashPattern().IsMatch(asked.CertificateSha256))
            throw new FaultException(FaultKind.Invalid, $"cannot enrol host {asked.Name}: the certificate's SHA-256 is not 64 hex digits");
        if (asked.ApiKey.Length is < 16 or > 512)
            throw new FaultException(FaultKind.Invalid, $"cannot enrol host {asked.Name}: its key has fewer than 16 or more than 512 characters");
        RefuseOtherMajor(asked.Name, asked.Contract);
    }

    private static async Task<HostReport> DialBack(HostEnrolment asked, CancellationToken cancellationToken)
    {
        using var http = PoddConnection.Open(new PoddAddress(asked.Address, asked.CertificateSha256, asked.ApiKey));
        var report = await new PoddClient(asked.Name, http).Host(cancellationToken);
        RefuseOtherMajor(asked.Name, report.Contract);
        return report;
    }

    private static void RefuseOtherMajor(string name, string contract)
    {
        if (!contract.StartsWith($"{ContractVersion.Major}.", StringComparison.Ordinal))
            throw new FaultException(FaultKind.Conflict, $"cannot enrol host {name}: it speaks contract {contract}, this web {ContractVersion.Text}");
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9.-]{0,62}\z", RegexOptions.NonBacktracking)]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"\A[0-9a-fA-F]{64}\z", RegexOptions.NonBacktracking)]
    private static partial Regex HashPattern();
}
