using Pinacle.Contracts;

namespace Pinacle.Guest.Linux;

/// <summary>A short program that was run to its end.</summary>
/// <param name="Code">Its exit code.</param>
/// <param name="Output">The first bytes of what it printed.</param>
/// <param name="Truncated">True when it printed more.</param>
internal sealed record Captured(int Code, byte[] Output, bool Truncated)
{
    /// <summary>Runs it.</summary>
    /// <param name="children">Who starts it.</param>
    /// <param name="spec">What is run.</param>
    /// <param name="most">How many bytes are kept; the rest is read and dropped.</param>
    /// <param name="limit">After this it is ended.</param>
    /// <param name="cancellationToken">Ends it, too.</param>
    /// <exception cref="FaultException">It did not end in time.</exception>
    public static async Task<Captured> Run(Children children, ChildSpec spec, int most, TimeSpan limit, CancellationToken cancellationToken)
    {
        var child = children.Start(spec);
        var (output, truncated) = (new MemoryStream(), false);
        var stdout = new PipeReader(child.Stdout, bytes =>
        {
            lock (output)
            {
                var room = (int)Math.Min(bytes.Length, most - output.Length);
                output.Write(bytes.Span[..room]);
                truncated |= room < bytes.Length;
            }
        });
        _ = new PipeReader(child.Stderr, _ => { });
        try
        {
            var code = await child.Exit.WaitAsync(limit, cancellationToken);
            await stdout.Rest(cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            lock (output)
                return new Captured(code, output.ToArray(), truncated);
        }
        catch (TimeoutException error)
        {
            throw new FaultException(FaultKind.Timeout, $"cannot wait for {spec.Arguments[0]}: no end within {limit.TotalSeconds:0} s", innerException: error);
        }
        finally
        {
            if (!child.Exit.IsCompleted)
                await child.EndKin();
        }
    }
}
