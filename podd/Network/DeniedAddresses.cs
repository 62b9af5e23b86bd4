using System.Text.Json;
using Pinacle.Contracts;
using Pinacle.Podd.Linux;

namespace Pinacle.Podd.Network;

/// <summary>The list of addresses that web says no pod may reach, kept in <c>deny.json</c>: the kernel forgets it at its next boot, and pods may be up before web is.</summary>
public sealed class DeniedAddresses(PoddOptions options, PodNetwork network) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);

    private string File => Path.Combine(options.Root, "deny.json");

    /// <summary>Puts a list in force in place of the one before, and keeps it.</summary>
    /// <exception cref="FaultException">It is too long, or an entry is not an address or a network; nothing was changed.</exception>
    public async Task Put(DenyList list, CancellationToken cancellationToken)
    {
        if (list.Addresses is null)
            throw new FaultException(FaultKind.Invalid, "cannot deny anything: addresses is missing");
        if (list.Addresses.Count > DenyList.Most)
            throw new FaultException(FaultKind.Invalid, $"cannot deny {list.Addresses.Count} addresses: a list has at most {DenyList.Most}");
        // What is in force and what is written must be the same list when two come at once.
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await network.SetDeny(list.Addresses, cancellationToken);
            DurableFile.Write(File, JsonSerializer.SerializeToUtf8Bytes(list, ContractsJson.Default.DenyList));
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Puts the list in force that came last; does nothing where none ever came.</summary>
    public async Task Restore(CancellationToken cancellationToken)
    {
        if (!System.IO.File.Exists(File))
            return;
        var list = JsonSerializer.Deserialize(await System.IO.File.ReadAllBytesAsync(File, cancellationToken), ContractsJson.Default.DenyList);
        await network.SetDeny(list?.Addresses ?? [], cancellationToken);
    }

    public void Dispose() => _turn.Dispose();
}
