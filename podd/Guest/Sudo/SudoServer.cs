using System.Buffers.Binary;
using System.Text;
using Pinacle.Contracts;
using Pinacle.Guest.Linux;

namespace Pinacle.Guest.Sudo;

/// <summary>Does what the image's <c>sudo</c> cannot: the sandbox ignores set-user-id bits. Root and the pod's ordinary user may ask, as in the image's sudoers; the kernel says who they are.</summary>
internal sealed class SudoServer(PodGuest guest)
{
    private const string Shim = "/usr/local/bin/sudo";
    private const string Mark = "# Written by Pinacle's guest";
    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>The socket's name in the abstract namespace: nothing on the disk, and nothing that a pod could remove.</summary>
    public static string NameOf(int port) => $"pinacle-sudo-{port}";

    /// <summary>Puts a <c>sudo</c> in front of the image's own, which every PATH of a pod has behind.</summary>
    public static void WriteShim()
    {
        try
        {
            if (File.Exists(Shim) && !File.ReadAllText(Shim).Contains(Mark, StringComparison.Ordinal))
                return;
            Directory.CreateDirectory(Path.GetDirectoryName(Shim)!);
            File.WriteAllText(Shim, $"#!/bin/sh\n{Mark}: set-user-id bits mean nothing in a pod, so sudo asks the guest.\nexec {GuestProtocol.Folder}/ld-linux-x86-64.so.2 --library-path {GuestProtocol.Folder} {GuestProtocol.Folder}/guest sudo \"$@\"\n");
            File.SetUnixFileMode(Shim, (UnixFileMode)0x1ED); // rwxr-xr-x
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Diagnostics.Write($"cannot write {Shim}: {error.Message}");
        }
    }

    /// <summary>Begins to listen, on threads of its own: there are few callers, and each blocks.</summary>
    public void Start()
    {
        var socket = UnixSocket.Listen(NameOf(guest.Settings.Port));
        Background(() =>
        {
            while (true)
            {
                var caller = LibC.Accept4(socket, 0, 0, LibC.O_CLOEXEC);
                if (caller >= 0)
                    Background(() => Serve(caller));
                else
                    Thread.Sleep(100); // out of descriptors: later there may be some
            }
        });
    }

    private void Serve(int caller)
    {
        var descriptors = new List<int>();
        try
        {
            if (UnixSocket.PeerUid(caller) is not 0 and var uid && uid != User.Ordinary.Uid)
                throw new FaultException(FaultKind.Unauthorized, "cannot be root: only root and the pod's user may");
            UnixSocket.Patience(caller, CallLimit);
            var call = Read(caller, descriptors);
            UnixSocket.Patience(caller, null);
            if (descriptors.Count != 3)
                throw new FaultException(FaultKind.Invalid, "cannot run that: its three streams did not come along");
            var user = call.User is { } name ? User.Named(name) : User.Superuser;
            var child = guest.Children.Start(
                new ChildSpec(call.Command, user, call.Directory, guest.EnvironmentOf(user, call.Environment)),
                () => new Stdio(descriptors[0], descriptors[1], descriptors[2]));
            Close(descriptors);
            Follow(caller, child);
        }
        catch (FaultException error)
        {
            Say(caller, 1, Encoding.UTF8.GetBytes(error.Fault.Message));
        }
        catch (Exception error)
        {
            Diagnostics.Write($"a sudo failed: {error.Message}");
        }
        finally
        {
            Close(descriptors);
            _ = LibC.Close(caller);
        }
    }

    // Each byte is a signal for the command; the end of the connection is the end of the command.
    private static unsafe void Follow(int caller, Child child)
    {
        var told = child.Exit.ContinueWith(exit =>
        {
            var code = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(code, exit.Result);
            Say(caller, 0, code);
            _ = LibC.Shutdown(caller, 0); // wakes the read below
        }, TaskScheduler.Default);
        byte signal;
        while (LibC.Read(caller, &signal, 1) == 1)
            child.Signal(signal);
        if (!child.Exit.IsCompleted)
            child.EndKin(Grace).Wait();
        told.Wait();
    }

    private static SudoCall Read(int caller, List<int> descriptors)
    {
        var bytes = new byte[4096];
        for (var (length, count) = (0, 0); ; length += count)
        {
            if (length >= 4 && BinaryPrimitives.ReadInt32BigEndian(bytes) is var whole)
            {
                if (whole is < 0 or > SudoCall.Longest)
                    throw new FaultException(FaultKind.TooLarge, "cannot run that: arguments and environment are over 4 MiB");
                if (length >= 4 + whole)
                    return SudoCall.Read(bytes.AsSpan(4, whole));
                if (bytes.Length < 4 + whole)
                    Array.Resize(ref bytes, 4 + whole);
            }
            count = UnixSocket.Receive(caller, bytes.AsSpan(length), descriptors);
            if (count <= 0)
                throw new FaultException(FaultKind.Invalid, "cannot understand the call: it has no end");
        }
    }

    private static unsafe void Say(int caller, byte kind, byte[] text)
    {
        var bytes = (byte[])[kind, .. text];
        fixed (byte* pointer = bytes)
            _ = LibC.Write(caller, pointer, bytes.Length);
    }

    private static void Close(List<int> descriptors)
    {
        foreach (var descriptor in descriptors)
            _ = LibC.Close(descriptor);
        descriptors.Clear();
    }

    private static void Background(Action act) => new Thread(() => act(), maxStackSize: 256 << 10) { IsBackground = true, Name = "sudo" }.Start();
}
