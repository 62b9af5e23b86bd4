using System.IO.Pipes;
using Pinacle.Guest.Linux;
using Xunit;

namespace Pinacle.Podd.Tests.Guests;

/// <summary>What is read of a command's pipe after its end, while something that it left behind holds the pipe open.</summary>
public sealed class PipeReaderTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly AnonymousPipeServerStream _writer = new(PipeDirection.Out);
    private readonly int _end;
    private readonly CancellationTokenSource _over = new();
    private long _taken;

    public PipeReaderTests()
    {
        _end = (int)_writer.ClientSafePipeHandle.DangerousGetHandle();
        _writer.ClientSafePipeHandle.SetHandleAsInvalid(); // it is the reader's
    }

    public void Dispose()
    {
        _over.Dispose();
        _writer.Dispose();
    }

    [Fact]
    public async Task What_is_in_the_pipe_is_waited_for_however_slowly_it_is_taken()
    {
        var reader = new PipeReader(_end, async bytes =>
        {
            await Task.Delay(TimeSpan.FromSeconds(1.5)); // longer than anything that counts as quiet
            Interlocked.Add(ref _taken, bytes.Length);
        });
        await _writer.WriteAsync(new byte[40_000]);
        await reader.Rest(_over.Token).WaitAsync(Limit);
        Assert.Equal(40_000, Interlocked.Read(ref _taken));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.3)] // never quiet for a second
    public async Task What_goes_on_printing_for_ever_is_not_waited_for(double pause)
    {
        var reader = new PipeReader(_end, bytes => Interlocked.Add(ref _taken, bytes.Length));
        var printing = Task.Run(async () =>
        {
            try
            {
                while (!_over.IsCancellationRequested)
                {
                    await _writer.WriteAsync(new byte[4096]);
                    if (pause > 0)
                        await Task.Delay(TimeSpan.FromSeconds(pause));
                }
            }
            catch (IOException)
            {
                // The reader is gone.
            }
        });
        await reader.Rest(CancellationToken.None).WaitAsync(Limit);
        Assert.True(Interlocked.Read(ref _taken) > 0);
        await _over.CancelAsync();
        await printing;
    }

    [Fact]
    public async Task Where_nobody_holds_it_open_all_of_it_is_taken()
    {
        var reader = new PipeReader(_end, bytes => Interlocked.Add(ref _taken, bytes.Length));
        await _writer.WriteAsync(new byte[300_000]);
        _writer.Close();
        await reader.Rest(CancellationToken.None).WaitAsync(Limit);
        Assert.Equal(300_000, Interlocked.Read(ref _taken));
    }

    [Fact]
    public async Task One_who_waits_no_longer_is_let_go()
    {
        var reader = new PipeReader(_end, async _ => await Task.Delay(Timeout.Infinite, _over.Token));
        await _writer.WriteAsync(new byte[1]);
        using var end = new CancellationTokenSource(TimeSpan.FromSeconds(0.1));
        await reader.Rest(end.Token).WaitAsync(Limit);
        Assert.True(end.IsCancellationRequested);
        await _over.CancelAsync();
    }

    [Fact]
    public async Task Without_a_pipe_there_is_nothing_to_wait_for()
    {
        await new PipeReader(-1, _ => { }).Rest(CancellationToken.None);
    }
}
