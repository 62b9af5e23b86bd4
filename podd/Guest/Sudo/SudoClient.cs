using System.Buffers.Binary;
using System.Collections;
using System.Runtime.InteropServices;
using System.Text;
using Pinacle.Contracts;
using Pinacle.Guest.Linux;

namespace Pinacle.Guest.Sudo;

/// <summary>The <c>sudo</c> of a pod: hands its streams to the guest, passes signals on, and ends as the command does.</summary>
internal static class SudoClient
{
    private static readonly PosixSignal[] Passed = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT, PosixSignal.SIGWINCH];

    public static int Run(ReadOnlySpan<string> arguments, int port)
    {
        try
        {
            var call = CallOf(SudoArguments.Parse(arguments)).Write();
            var guest = UnixSocket.Connect(SudoServer.NameOf(port));
            // The descriptors ride on the first bytes; a socket takes only so many of those at once.
            UnixSocket.Send(guest, call.AsSpan(0, 4), [0, 1, 2]);
            Write(guest, call.AsSpan(4));
            var registrations = Passed.Select(signal => PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                Write(guest, [(byte)NumberOf(signal)]);
            })).ToList();
            var code = Answer(guest);
            registrations.ForEach(registration => registration.Dispose());
            return code;
        }
        catch (Exception error) when (error is FaultException or IOException)
        {
            Complain(error.Message);
            return 1;
        }
    }

    private static SudoCall CallOf(SudoArguments asked)
    {
        var user = User.Named(asked.User ?? "root");
        var caller = System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(pair => (string)pair.Key, pair => (string?)pair.Value ?? "", StringComparer.Ordinal);
        // As sudo: what the terminal is, who asked, and no more unless it is asked for.
        var environment = asked.Keep
            ? new Dictionary<string, string>(caller.Where(pair => pair.Key is not ("PATH" or "USER" or "LOGNAME")), StringComparer.Ordinal)
            : new Dictionary<string, string>(caller.Where(pair => pair.Key is "TERM" or "COLORTERM" or "LANG" or "DEBIAN_FRONTEND" || pair.Key.StartsWith("LC_", StringComparison.Ordinal)), StringComparer.Ordinal);
        (environment["SUDO_USER"], environment["SUDO_COMMAND"]) = (caller.GetValueOrDefault("USER", User.Ordinary.Name), string.Join(' ', asked.Command));
        foreach (var (name, value) in asked.Set)
            environment[name] = value;
        var shell = File.Exists(user.Shell) ? user.Shell : "/bin/sh";
        IReadOnlyList<string> command = !asked.Shell ? asked.Command
            : [shell, .. asked.Login ? (string[])["-l"] : [], .. asked.Command.Count > 0 ? (string[])["-c", string.Join(' ', asked.Command.Select(Quoted))] : []];
        return new SudoCall(asked.User, asked.Login ? user.Home : Directory.GetCurrentDirectory(), command, environment);
    }

    private static string Quoted(string argument) => $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static unsafe int Answer(int guest)
    {
        var answer = new List<byte>();
        var buffer = stackalloc byte[1024];
        for (nint count; (count = LibC.Read(guest, buffer, 1024)) != 0;)
        {
            if (count > 0)
                answer.AddRange(new ReadOnlySpan<byte>(buffer, (int)count));
            else if (Marshal.GetLastPInvokeError() != LibC.EINTR)
                break;
        }
        var bytes = CollectionsMarshal.AsSpan(answer);
        if (bytes.Length == 5 && bytes[0] == 0)
            return BinaryPrimitives.ReadInt32BigEndian(bytes[1..]);
        Complain(bytes.Length > 1 && bytes[0] == 1 ? Encoding.UTF8.GetString(bytes[1..]) : "the guest has hung up");
        return 1;
    }

    private static int NumberOf(PosixSignal signal) => signal switch
    {
        PosixSignal.SIGHUP => 1,
        PosixSignal.SIGINT => 2,
        PosixSignal.SIGQUIT => 3,
        PosixSignal.SIGWINCH => 28,
        _ => 15,
    };

    private static unsafe void Write(int descriptor, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            nint count;
            fixed (byte* pointer = bytes)
                count = LibC.Write(descriptor, pointer, bytes.Length);
            if (count <= 0)
                return; // the answer, or its lack, says why
            bytes = bytes[(int)count..];
        }
    }

    private static void Complain(string message) => Write(2, Encoding.UTF8.GetBytes($"sudo: {message}\n"));
}
