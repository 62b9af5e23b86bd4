using System.Globalization;
using Pinacle.Contracts;

namespace Pinacle.Guest;

/// <summary>Where the guest finds things. In a pod they are fixed (<see cref="GuestProtocol"/>); tests pass four arguments.</summary>
internal sealed record GuestSettings(string KeyFile, string StateFolder, string Workspace, int Port)
{
    public static GuestSettings From(string[] arguments) => arguments is [var keyFile, var state, var workspace, var port]
        ? new(keyFile, state, workspace, int.Parse(port, CultureInfo.InvariantCulture))
        : new(GuestProtocol.KeyFile, GuestProtocol.StateFolder, GuestProtocol.Workspace, GuestProtocol.Port);
}
