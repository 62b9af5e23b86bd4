using System.Net;
using Pinacle.Contracts;
using Pinacle.Podd.Guests;
using Pinacle.Podd.Network;
using Pinacle.Podd.Runsc;

namespace Pinacle.Podd.Pods;

/// <summary>
/// Ends every TCP connection between a pod and the outside, in order, lets none begin, and holds the pod in a moment in which it has none: a checkpoint with one in it breaks the
/// pod silently (platform.md). The pod's processes read end-of-file and redial later; an app that ignores the end of a connection keeps its pod from sleeping.
/// </summary>
public sealed class HangUp(PodNetwork network, AddressPlan plan, TimeProvider time)
{
    private const int Established = 1;
    private const int Dialling = 2;
    private const int Refused = 7;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    /// <summary>Does it. The pod stays cut off and, where nothing is left, paused.</summary>
    /// <param name="pod">A pod that runs.</param>
    /// <param name="guest">Its guest.</param>
    /// <param name="runsc">What its sandbox runs with.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What did not end; empty when nothing is left.</returns>
    public async Task<IReadOnlyList<OutsideConnection>> Run(Pod pod, GuestClient guest, RunscClient runsc, CancellationToken cancellationToken)
    {
        var slot = plan.At(pod.Record!.Slot);
        using var peers = new PeerEnd(slot, plan.BridgeMac);
        await network.HangUp(slot.Slot, cancellationToken);
        // podd closes its own connections itself.
        pod.EndConnections();
        var ending = new Ending(peers, guest, time);
        while (true)
        {
            var left = await ending.Run(cancellationToken);
            if (left.Count > 0)
                return [.. left.Select(connection => connection.State == Dialling && peers.Dialled.FirstOrDefault() is { } peer ? connection with { Remote = peer.ToString() } : connection)];
            await runsc.Pause(pod.Id, cancellationToken);
            // A dial that is refused in this very moment would be in the memory half done.
            if (peers.Said == ending.Said || ending.IsLate)
                return [];
            await runsc.Resume(pod.Id);
            ending.HoldDials();
        }
    }

    // One hang-up's way to the moment without a connection.
    private sealed class Ending(PeerEnd peers, GuestClient guest, TimeProvider time)
    {
        private readonly long _began = time.GetTimestamp();

        // Of a pod that dials the guest has to hold the dials: of fifty clients that each try again every second there is always one at it.
        private bool _holds;

        /// <summary>How much the pod had said when it was first seen without a connection.</summary>
        public long Said { get; private set; }

        public bool IsLate => time.GetElapsedTime(_began) > Limit;

        public void HoldDials() => _holds = true;

        /// <summary>Until the guest has seen none, twice and a moment apart.</summary>
        /// <returns>What is left when there is no time any more.</returns>
        public async Task<IReadOnlyList<OutsideConnection>> Run(CancellationToken cancellationToken)
        {
            var (asked, quiet) = (new Dictionary<OutsideConnection, long>(), 0);
            while (true)
            {
                var said = peers.Said;
                var left = await guest.Connections(_holds, cancellationToken);
                quiet = left.Count == 0 ? quiet + 1 : 0;
                if (quiet == 1)
                    Said = said;
                if (quiet == 2 || IsLate)
                    return [.. left.Where(connection => connection.State != Refused)];
                foreach (var connection in left.Where(connection => connection.State == Established && (!asked.TryGetValue(connection, out var at) || time.GetElapsedTime(at) > Again)))
                {
                    asked[connection] = time.GetTimestamp();
                    if (IPEndPoint.TryParse(connection.Local, out var local) && IPEndPoint.TryParse(connection.Remote, out var remote))
                        await peers.End(local, remote, cancellationToken);
                }
                if (_holds)
                    await peers.Refuse(cancellationToken);
                _holds |= left.Any(connection => connection.State == Dialling);
                await Task.Delay(Look, time, cancellationToken);
            }
        }
    }
}
