using Pinacle.Podd.Commands;

namespace Pinacle.Podd.Storage;

/// <summary>
/// The loop device of a pool in a file. It is to pass by the host's page cache: what pods write would else be copied and written back a second time, by threads of the kernel that no
/// pod's limits hold, and a pod that fills its disk made its neighbour's slowest answers 1.8 times as slow instead of 1.2 (<c>ROWS=noise make bench</c>).
/// </summary>
public sealed partial class PoolDevice(PoolInspection inspection, HostCommand command, ILogger<PoolDevice> logger)
{
    // The kernel writes back first what it has in its cache.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <summary>Sees to it, also under pods that write. Mounts do not: mount(8) has no option for it. A pool on a disk needs nothing.</summary>
    public async Task Ensure(CancellationToken cancellationToken)
    {
        if (inspection.Look() is not { IsCopied: true, Device: { } device, File: { } file })
            return;
        try
        {
            await command.Run("losetup", ["--direct-io=on", device], Limit, cancellationToken: cancellationToken);
        }
        catch (HostCommandException error)
        {
            Log.Copied(logger, device, file, error.Reason);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "cannot have {Device} write past the page cache into {File}: pods that write much will slow others down. {Reason}")]
        public static partial void Copied(ILogger logger, string device, string file, string reason);
    }
}
