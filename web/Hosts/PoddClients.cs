using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Pinacle.Contracts;
using Pinacle.Web.Database;

namespace Pinacle.Web.Hosts;

/// <summary>The clients of all hosts, made once each and again when a host's address, certificate or key changes.</summary>
public sealed class PoddClients : IDisposable
{
    private readonly ConcurrentDictionary<Guid, Lazy<Task<PoddClient>>> clients = new();
    private readonly IServiceScopeFactory scopes;
    private readonly HostKeys keys;
    private readonly IDisposable subscription;

    public PoddClients(IServiceScopeFactory scopes, HostKeys keys, DatabaseChanges changes)
    {
        (this.scopes, this.keys) = (scopes, keys);
        subscription = changes.Subscribe(DatabaseChannels.Routes, Changed, clients.Clear);
    }

    /// <summary>The client of a host.</summary>
    /// <exception cref="FaultException">There is no such host.</exception>
    public async Task<PoddClient> Of(Guid hostId, CancellationToken cancellationToken)
    {
        var made = clients.GetOrAdd(hostId, id => new Lazy<Task<PoddClient>>(() => Make(id)));
        try
        {
            return await made.Value.WaitAsync(cancellationToken);
        }
        catch when (made.Value.IsFaulted)
        {
            clients.TryRemove(KeyValuePair.Create(hostId, made));
            throw;
        }
    }

    public void Dispose() => subscription.Dispose();

    private async Task<PoddClient> Make(Guid id)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<PinacleDb>();
        var host = await db.Hosts.AsNoTracking().SingleOrDefaultAsync(one => one.Id == id)
            ?? throw new FaultException(FaultKind.HostUnreachable, $"cannot reach host {id}: it is not one of ours");
        var address = new PoddAddress(host.Address, host.CertificateSha256, keys.Unprotect(host.Name, host.ApiKeyEncrypted));
        return new PoddClient(host.Name, PoddConnection.Open(address));
    }

    // A replaced client is not disposed: requests and tunnels may be under way on it; its idle connections close by themselves.
    private void Changed(string payload)
    {
        if (payload.StartsWith("hosts:", StringComparison.Ordinal) && Guid.TryParse(payload.AsSpan("hosts:".Length), out var id))
            clients.TryRemove(id, out _);
    }
}
