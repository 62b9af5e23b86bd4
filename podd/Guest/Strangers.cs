using System.Net.Sockets;

namespace Pinacle.Guest;

/// <summary>Connections that have not shown the key yet. One more than the most ends the oldest, so that a process of the pod which opens thousands cannot keep podd out.</summary>
internal sealed class Strangers(int most)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Socket> _waiting = [];

    /// <summary>Somebody came.</summary>
    public void Add(Socket socket)
    {
        Socket? oldest = null;
        lock (_gate)
        {
            if (_waiting.Count == most)
            {
                oldest = _waiting.First!.Value;
                _waiting.RemoveFirst();
            }
            _waiting.AddLast(socket);
        }
        oldest?.Dispose();
    }

    /// <summary>It is known now, or gone.</summary>
    public void Remove(Socket socket)
    {
        lock (_gate)
            _waiting.Remove(socket);
    }
}
