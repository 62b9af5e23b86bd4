using System.Text;
using System.Threading.Channels;
using Pinacle.Contracts;
using Pinacle.Guest.Linux;

namespace Pinacle.Guest.Acts;

/// <summary>Runs a command and streams what it prints; the command ends with its connection.</summary>
internal sealed class ExecAct(PodGuest guest)
{
    private const int MostArguments = 1024;
    private const int LongestTimeout = 3600;

    public async Task Run(ExecSpec exec, Connection connection, CancellationToken cancellationToken)
    {
        if (exec.Command.Count is 0 or > MostArguments || exec.Command.Any(argument => argument.Contains('\0', StringComparison.Ordinal)))
            throw new FaultException(FaultKind.Invalid, $"cannot run that: a command has 1 to {MostArguments} arguments without NUL");
        if (exec.Timeout is < 1 or > LongestTimeout)
            throw new FaultException(FaultKind.Invalid, $"cannot run {exec.Command[0]}: timeout must be 1 to {LongestTimeout} seconds");
        var user = exec.User is { } name
            ? User.Find(name) ?? throw new FaultException(FaultKind.Invalid, $"cannot run {exec.Command[0]}: this pod has no user {name}")
            : User.Ordinary;
        var child = guest.Children.Start(new ChildSpec(exec.Command, user, guest.Folder(exec.Directory), guest.EnvironmentOf(user, exec.Env), WithStdin: exec.Stdin is not null));
        guest.Count(1);
        try
        {
            await connection.Answer(new GuestAnswer(), cancellationToken);
            Feed(child, exec.Stdin);
            await Stream(child, TimeSpan.FromSeconds(exec.Timeout), connection, cancellationToken);
        }
        finally
        {
            child.Signal(LibC.SIGKILL);
            guest.Count(-1);
        }
    }

    private static async Task Stream(Child child, TimeSpan limit, Connection connection, CancellationToken cancellationToken)
    {
        // Bounded: a caller that reads slowly slows the command down, not the guest.
        var frames = Channel.CreateBounded<(GuestFrame Kind, byte[] Bytes)>(16);
        var (stdout, stderr) = (Pump(child.Stdout, GuestFrame.Stdout, frames.Writer), Pump(child.Stderr, GuestFrame.Stderr, frames.Writer));
        var ending = End();
        try
        {
            await foreach (var (kind, bytes) in frames.Reader.ReadAllAsync(cancellationToken))
                await connection.Send(kind, bytes, cancellationToken);
        }
        finally
        {
            frames.Writer.TryComplete();
        }
        await connection.Send(GuestFrame.Exit, await ending, ContractsJson.Default.GuestExit, cancellationToken);

        async Task<GuestExit> End()
        {
            var closed = connection.Closed(cancellationToken);
            var inTime = await Task.WhenAny(child.Exit, closed, Task.Delay(limit, cancellationToken)) == child.Exit;
            // Whatever the command left in its group holds the pipes open: it ends with the command.
            child.Signal(LibC.SIGKILL);
            var code = await child.Exit;
            await Task.WhenAny(Task.WhenAll(stdout, stderr), Task.Delay(TimeSpan.FromSeconds(1), CancellationToken.None));
            frames.Writer.TryComplete();
            return new GuestExit(code, !inTime && !closed.IsCompleted);
        }
    }

    private static Task Pump(int descriptor, GuestFrame kind, ChannelWriter<(GuestFrame, byte[])> frames) =>
        PipeReader.Read(descriptor, bytes =>
        {
            var frame = (kind, bytes.ToArray());
            while (!frames.TryWrite(frame))
            {
                // This is the pipe's own thread: waiting here is the backpressure.
                if (!frames.WaitToWriteAsync().AsTask().GetAwaiter().GetResult())
                    return;
            }
        });

    private static unsafe void Feed(Child child, string? text)
    {
        if (text is null)
            return;
        var bytes = Encoding.UTF8.GetBytes(text);
        new Thread(() =>
        {
            var sent = 0;
            while (sent < bytes.Length)
            {
                nint count;
                fixed (byte* pointer = &bytes[sent])
                    count = LibC.Write(child.Stdin, pointer, bytes.Length - sent);
                if (count <= 0)
                    break;
                sent += (int)count;
            }
            _ = LibC.Close(child.Stdin);
        }, maxStackSize: 256 << 10)
        { IsBackground = true, Name = "stdin" }.Start();
    }
}
