using Pinacle.Contracts;
using Pinacle.Guest.Files;
using Pinacle.Guest.Linux;

namespace Pinacle.Guest.Acts;

/// <summary>Packs a folder by the image's own tar, on its way to the caller: nothing is written to the pod's disk.</summary>
internal sealed class ArchiveAct(PodGuest guest)
{
    // tar(1): some files changed while they were read, as those of a running service do.
    private const int SomeChanged = 1;
    private static readonly TimeSpan Limit = TimeSpan.FromHours(1);

    public async Task Run(string called, Connection connection, CancellationToken cancellationToken)
    {
        var path = PodPath.Of(called);
        if (!PodPath.Stat("pack", path).IsFolder || path == "/")
            throw new FaultException(FaultKind.Invalid, $"cannot pack {path}: it must be a folder, and not the whole of the pod");
        // Root, as for a single file: the pod's owner may read all of it.
        var root = User.Superuser;
        var child = guest.Children.Start(new ChildSpec(
            ["tar", "-C", Path.GetDirectoryName(path)!, "-cz", "-f", "-", "--", Path.GetFileName(path)], root, "/", guest.EnvironmentOf(root)));
        var printed = new Printed(child, connection, errors: false);
        try
        {
            await connection.Answer(new GuestAnswer(), cancellationToken);
            await using var beat = connection.Beat();
            var exit = await printed.Send(Limit, cancellationToken);
            if (exit.TimedOut || exit.Code is not (0 or SomeChanged))
                throw new FaultException(FaultKind.Internal, $"cannot pack {path}: tar ended with exit code {exit.Code}");
            await connection.Send(GuestFrame.End, default, cancellationToken);
        }
        finally
        {
            if (!child.Exit.IsCompleted)
                await child.EndKin();
        }
    }
}
