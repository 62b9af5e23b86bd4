using System.Text;
using Pinacle.Guest.Linux;

namespace Pinacle.Guest;

/// <summary>Lines for the operator in the sandbox's log. Not <c>Console</c>: that installs the runtime's own child reaping.</summary>
internal static class Diagnostics
{
    public static unsafe void Write(string line)
    {
        var bytes = Encoding.UTF8.GetBytes($"guest: {line}\n");
        fixed (byte* pointer = bytes)
            _ = LibC.Write(2, pointer, bytes.Length);
    }
}
