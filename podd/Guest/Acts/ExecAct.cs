using System.Text;
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
        var user = User.Named(exec.User);
        var child = guest.Children.Start(new ChildSpec(exec.Command, user, guest.Folder(exec.Directory), guest.EnvironmentOf(user, exec.Env), WithStdin: exec.Stdin is not null));
        guest.Count(1);
        try
        {
            var printed = new Printed(child, connection);
            Feed(child, exec.Stdin);
            await connection.Answer(new GuestAnswer(), cancellationToken);
            await using var beat = connection.Beat();
            var exit = await printed.Send(TimeSpan.FromSeconds(exec.Timeout), cancellationToken);
            await connection.Send(GuestFrame.Exit, exit, ContractsJson.Default.GuestExit, cancellationToken);
        }
        finally
        {
            if (!child.Exit.IsCompleted)
                await child.EndKin();
            guest.Count(-1);
        }
    }

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
