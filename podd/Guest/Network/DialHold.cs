using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Pinacle.Guest.Linux;

namespace Pinacle.Guest.Network;

/// <summary>
/// Keeps every process of the pod from dialling, for a moment: the kernel is left one port to dial from, and that one is taken, so connect(2) fails at once (EADDRNOTAVAIL)
/// and begins nothing that a checkpoint would catch half done. Connections within the pod are no exception, which is why it is only held where somebody dials again and again.
/// </summary>
/// <param name="range">The kernel's file of the ports to dial from: <c>ip_local_port_range</c>, two numbers.</param>
/// <param name="time">Measures <see cref="Longest"/>.</param>
internal sealed class DialHold(string range, TimeProvider time)
{
    /// <summary>It ends by itself after that, should podd be gone.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);

    private readonly Lock _lock = new();
    private Socket? _taken;
    private string _before = "";
    private ITimer? _end;

    /// <summary>Begins it, or has it go on for another <see cref="Longest"/>.</summary>
    public void Begin()
    {
        lock (_lock)
        {
            if (_taken is null)
            {
                Socket? taken = null;
                try
                {
                    taken = Take();
                    _before = File.ReadAllText(range);
                    var port = ((IPEndPoint)taken.LocalEndPoint!).Port;
                    Write(string.Create(CultureInfo.InvariantCulture, $"{port} {port}\n"));
                    _taken = taken;
                }
                catch (Exception error) when (error is IOException or UnauthorizedAccessException or SocketException)
                {
                    // The pod's dials go on, as before there was this; at worst it does not sleep.
                    Diagnostics.Write($"cannot keep the pod from dialling: {error.Message}");
                    taken?.Dispose();
                    return;
                }
            }
            _end?.Dispose();
            _end = time.CreateTimer(_ => End(), null, Longest, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Lets them dial again, as far as they could before.</summary>
    public void End()
    {
        lock (_lock)
        {
            if (_taken is null)
                return;
            try
            {
                Write(_before);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                Diagnostics.Write($"cannot let the pod dial again: {error.Message}");
                return; // the timer, or the next call, tries again
            }
            _taken.Dispose();
            _taken = null;
        }
    }

    // Not File.WriteAllText: it truncates, which a file of the kernel refuses.
    private void Write(string text)
    {
        using var file = new FileStream(range, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        file.Write(Encoding.ASCII.GetBytes(text));
    }

    // A port, for nobody else. Not by .NET, which binds with SO_REUSEADDR: others could dial from such a one.
    private static unsafe Socket Take()
    {
        var descriptor = LibC.Socket((int)AddressFamily.InterNetwork, LibC.SOCK_STREAM | LibC.SOCK_CLOEXEC, 0);
        if (descriptor < 0)
            throw new IOException(Marshal.GetLastPInvokeErrorMessage());
        var address = stackalloc byte[16]; // struct sockaddr_in of any address and any port
        address[0] = (byte)AddressFamily.InterNetwork;
        if (LibC.Bind(descriptor, address, 16) == 0)
            return new Socket(new SafeSocketHandle(descriptor, ownsHandle: true));
        var error = Marshal.GetLastPInvokeErrorMessage();
        _ = LibC.Close(descriptor);
        throw new IOException(error);
    }
}
