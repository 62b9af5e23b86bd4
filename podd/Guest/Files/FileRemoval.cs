using System.Runtime.InteropServices;
using System.Text;
using Pinacle.Contracts;
using Pinacle.Guest.Linux;

namespace Pinacle.Guest.Files;

/// <summary>Removes a file, or a folder with all that is in it; of a link only the link.</summary>
internal sealed class FileRemoval(PodGuest guest)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    public async Task Run(GuestCall call, Connection connection, CancellationToken cancellationToken)
    {
        var path = PodPath.Of(call.Path);
        if (path == "/")
            throw new FaultException(FaultKind.Invalid, "cannot delete /: that would be the pod");
        if (FileStat.OfLink(path) is null)
            throw PodPath.Failure("delete", path, Marshal.GetLastPInvokeError());
        // Not Directory.Delete: it does not find names again that are not UTF-8, and ends at paths of 4,096 bytes.
        var root = User.Superuser;
        var removed = await Captured.Run(guest.Children, new ChildSpec(["rm", "-rf", "--", path], root, "/", guest.EnvironmentOf(root), Joined: true), 4096, Limit, cancellationToken);
        if (removed.Code != 0)
            throw new FaultException(FaultKind.Conflict, $"cannot delete {path}: it, or something in it, cannot be removed", Encoding.UTF8.GetString(removed.Output));
        await connection.Answer(new GuestAnswer(), cancellationToken);
    }
}
