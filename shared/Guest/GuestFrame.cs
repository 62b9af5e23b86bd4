namespace Pinacle.Contracts;

/// <summary>The kind byte of a frame.</summary>
public enum GuestFrame : byte
{
    /// <summary>Not a frame.</summary>
    None = 0,

    /// <summary>Bytes that a command printed, or of a file.</summary>
    Stdout = 1,

    /// <summary>Bytes that a command printed as errors.</summary>
    Stderr = 2,

    /// <summary>Bytes for a command, or for a file.</summary>
    Stdin = 3,

    /// <summary>No more bytes of the kind that flowed so far.</summary>
    End = 4,

    /// <summary>JSON <see cref="GuestExit"/>; the last frame.</summary>
    Exit = 5,

    /// <summary>JSON of the act's event type.</summary>
    Event = 6,

    /// <summary>JSON <see cref="Contracts.Fault"/>; the last frame.</summary>
    Fault = 7,

    /// <summary>JSON of a terminal's new size.</summary>
    Resize = 8,

    /// <summary>Four bytes, big endian: so many more bytes may be sent.</summary>
    Credit = 9,

    /// <summary>Nothing: the guest says every <see cref="GuestProtocol.BeatSeconds"/> s of a long act that it is still there.</summary>
    Beat = 10,

    /// <summary>One byte: a signal's number, for whatever is in the foreground of a terminal.</summary>
    Signal = 11,
}
