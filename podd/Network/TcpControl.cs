namespace Pinacle.Podd.Network;

/// <summary>Control bits of TCP (RFC 9293, 3.1).</summary>
[Flags]
public enum TcpControl
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The sender has no more to say.</summary>
    Fin = 1,

    /// <summary>Begins a connection.</summary>
    Syn = 2,

    /// <summary>There is no such connection.</summary>
    Rst = 4,

    /// <summary>The acknowledgment means something.</summary>
    Ack = 16,
}
