namespace Pinacle.Contracts;

/// <summary>The numbers of the guest's protocol. One TCP connection an act: the caller sends one JSON line (<see cref="GuestCall"/>), the guest answers with one (<see cref="GuestAnswer"/>), then frames go both ways (<see cref="GuestFrame"/>) until one side closes.</summary>
/// <remarks>A frame is one byte of kind, four bytes of length (big endian), then the payload. The two JSON lines end with <c>\n</c>. After a successful <see cref="GuestAct.Relay"/> the connection carries raw bytes instead of frames.
/// The key is the call's first member (<c>{"key":"…"</c>), so that the guest need not read a stranger's line.</remarks>
public static class GuestProtocol
{
    /// <summary>The guest listens here on every address of the pod. No service may use it and no gateway route reaches it.</summary>
    public const int Port = 7410;

    /// <summary>Longest first line in bytes; more ends the connection.</summary>
    public const int MaxLine = 1 << 20;

    /// <summary>Longest payload of a frame in bytes; more ends the connection.</summary>
    public const int MaxFrame = 64 << 10;

    /// <summary>In acts that may be quiet for long (<see cref="GuestAct.Setup"/>, <see cref="GuestAct.Exec"/>, <see cref="GuestAct.Watch"/>, <see cref="GuestAct.Logs"/>, <see cref="GuestAct.Terminal"/>, <see cref="GuestAct.Archive"/>) the guest sends a <see cref="GuestFrame.Beat"/> so often.</summary>
    public const int BeatSeconds = 15;

    /// <summary>A guest that has not sent a byte for so many seconds in the middle of an act is given up, unless its pod is frozen.</summary>
    public const int SilenceSeconds = 45;

    /// <summary>Bytes that the guest may send to a terminal's client before the first <see cref="GuestFrame.Credit"/>.</summary>
    public const int TerminalCredit = 256 << 10;

    /// <summary>Bytes of output that the guest keeps of each terminal.</summary>
    public const int Scrollback = 256 << 10;

    /// <summary>Most terminals of a pod at once.</summary>
    public const int MaxTerminals = 32;

    /// <summary>Most connections at once; more are refused.</summary>
    public const int MaxConnections = 1024;

    /// <summary>File in <see cref="Folder"/> that holds the pod's key (hex), mode 0400, readable by the guest alone.</summary>
    public const string KeyFile = "/.pinacle/run/key";

    /// <summary>Where the guest and its loader are mounted, read-only.</summary>
    public const string Folder = "/.pinacle";

    /// <summary>Where the guest keeps logs and setup output on the pod's own disk (root only).</summary>
    public const string StateFolder = "/var/lib/pinacle";

    /// <summary>The folder that repositories are cloned to and commands start in.</summary>
    public const string Workspace = "/workspace";

    /// <summary>The pod's ordinary user, uid and gid 1000 in the default image; the guest falls back to root where an image has no such user.</summary>
    public const string User = "dev";
}
