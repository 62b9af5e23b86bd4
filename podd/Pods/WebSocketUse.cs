namespace Pinacle.Podd.Pods;

/// <summary>Tells a WebSocket that somebody uses from one that a forgotten tab keeps open: by what its client says, more than 1 KiB a minute. What the pod sends to it is no use of the pod.</summary>
public sealed class WebSocketUse(Activity activity, TimeProvider time)
{
    private const int Enough = 1024;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private long _since = time.GetTimestamp();
    private int _bytes;

    /// <summary>The client sent so many bytes.</summary>
    public void Said(int bytes)
    {
        activity.Carried(bytes);
        if (time.GetElapsedTime(_since) > Minute)
            (_since, _bytes) = (time.GetTimestamp(), 0);
        _bytes += bytes;
        if (_bytes > Enough)
            activity.Note("a WebSocket");
    }

    /// <summary>The pod sent it so many.</summary>
    public void Heard(int bytes) => activity.Carried(bytes);
}
