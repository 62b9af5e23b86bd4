using System.Globalization;
using Pinacle.Contracts;

namespace Pinacle.Guest;

/// <summary>Where the guest finds things. In a pod they are fixed (<see cref="GuestProtocol"/>); tests pass four arguments, and get a port range that is a file of theirs: the machine's would be everybody's.</summary>
internal sealed record GuestSettings(string KeyFile, string StateFolder, string Workspace, int Port, string PortRange)
{
    public static GuestSettings From(string[] arguments) => arguments is [var keyFile, var state, var workspace, var port]
        ? new(keyFile, state, workspace, int.Parse(port, CultureInfo.InvariantCulture), Path.Combine(state, "ip_local_port_range"))
        : new(GuestProtocol.KeyFile, GuestProtocol.StateFolder, GuestProtocol.Workspace, GuestProtocol.Port, "/proc/sys/net/ipv4/ip_local_port_range");
}
