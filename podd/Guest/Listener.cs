using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Pinacle.Contracts;
using Pinacle.Guest.Acts;

namespace Pinacle.Guest;

/// <summary>Accepts connections, checks the key, and hands each to its act.</summary>
internal sealed class Listener(string key, ActTable acts)
{
    private static readonly TimeSpan FirstLine = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Breather = TimeSpan.FromMilliseconds(100);
    private readonly Strangers _strangers = new(512);
    private int _connections;

    /// <summary>Listens on <paramref name="endpoint"/> until cancelled.</summary>
    public async Task Run(IPEndPoint endpoint, CancellationToken cancellationToken)
    {
        using var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(endpoint);
        socket.Listen(128);
        while (!cancellationToken.IsCancellationRequested)
        {
            if (await Accept(socket, cancellationToken) is not { } accepted)
                continue;
            if (Interlocked.Increment(ref _connections) > GuestProtocol.MaxConnections)
            {
                Interlocked.Decrement(ref _connections);
                accepted.Dispose();
                continue;
            }
            accepted.NoDelay = true;
            _strangers.Add(accepted);
            _ = Serve(accepted, cancellationToken);
        }
    }

    private static async Task<Socket?> Accept(Socket listening, CancellationToken cancellationToken)
    {
        try
        {
            return await listening.AcceptAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        catch (SocketException error)
        {
            // Out of descriptors, or a caller that was gone before its turn: the guest is PID 1, its end would be the pod's.
            Diagnostics.Write($"cannot accept a caller: {error.SocketErrorCode}");
            await Task.Delay(Breather, CancellationToken.None);
            return null;
        }
    }

    private async Task Serve(Socket socket, CancellationToken cancellationToken)
    {
        using var connection = new Connection(socket);
        try
        {
            if (await ReadCall(connection, cancellationToken) is not { } call)
                return;
            await acts.Run(call, connection, cancellationToken);
            await connection.Finish();
        }
        catch (FaultException error)
        {
            await Refuse(connection, error.Fault);
        }
        catch (JsonException error)
        {
            await Refuse(connection, new Fault(FaultKind.Invalid, "cannot read the call", error.Message));
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The caller went away; whatever it wanted is ended by the act itself.
        }
        catch (Exception error)
        {
            Diagnostics.Write($"an act failed: {error}");
            await Refuse(connection, new Fault(FaultKind.Internal, $"cannot do that: {error.Message}"));
        }
        finally
        {
            Interlocked.Decrement(ref _connections);
        }
    }

    private async Task<GuestCall?> ReadCall(Connection connection, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(FirstLine);
        try
        {
            return await connection.ReadCall(key, limit.Token);
        }
        finally
        {
            _strangers.Remove(connection.Socket);
        }
    }

    private static async Task Refuse(Connection connection, Fault fault)
    {
        try
        {
            if (connection.Answered)
                await connection.Send(GuestFrame.Fault, fault, ContractsJson.Default.Fault, CancellationToken.None);
            else
                await connection.Answer(new GuestAnswer { Fault = fault }, CancellationToken.None);
            await connection.Finish();
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // It does not want to know.
        }
    }
}
