using System.Net.Sockets;
using System.Text;

namespace Pinacle.Podd.Linux;

/// <summary>socket(7), SO_BINDTODEVICE.</summary>
public static class DeviceBinding
{
    private const int SolSocket = 1;
    private const int SoBindToDevice = 25;

    /// <summary>From now on the socket hears and sends through this interface only. Several podds on a machine have the same resolver address, each on its own bridge: this keeps them apart. It holds the interface's number, so it is deaf once that was made anew.</summary>
    /// <exception cref="SocketException">There is no such interface.</exception>
    public static void BindToDevice(this Socket socket, string device) =>
        socket.SetRawSocketOption(SolSocket, SoBindToDevice, Encoding.ASCII.GetBytes(device + '\0'));
}
