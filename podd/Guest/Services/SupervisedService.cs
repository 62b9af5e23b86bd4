using System.Globalization;
using Pinacle.Contracts;
using Pinacle.Guest.Linux;

namespace Pinacle.Guest.Services;

/// <summary>One service: keeps its command running, with growing pauses after each end.</summary>
internal sealed class SupervisedService(ServiceSpec spec, PodGuest guest)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Healthy = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(10);
    private CancellationTokenSource? _stop;
    private Task _loop = Task.CompletedTask;
    private ServiceState _state = spec.Run is null ? ServiceState.External : ServiceState.Stopped;
    private int _restarts;
    private int? _exitCode;
    private DateTimeOffset? _startedAt;

    public ServiceSpec Spec => spec;

    public ServiceLog Log { get; } = new(Path.Combine(guest.Settings.StateFolder, "logs", spec.Name + ".log"));

    public ServiceReport Report() =>
        new(spec.Name, spec.Port, _state, guest.Ports.Listening.Any(port => port.Port == spec.Port), _restarts, _exitCode, _startedAt);

    /// <summary>Begins to keep it running; does nothing where it is kept so already.</summary>
    public void Start(IReadOnlyDictionary<string, string> environment)
    {
        if (spec.Run is null || _stop is not null)
            return;
        _stop = new CancellationTokenSource();
        _loop = Keep(environment, _stop.Token);
    }

    /// <summary>SIGTERM to its whole group, SIGKILL after ten seconds.</summary>
    public async Task Stop()
    {
        if (_stop is null)
            return;
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
        _stop = null;
    }

    private async Task Keep(IReadOnlyDictionary<string, string> environment, CancellationToken stop)
    {
        var pause = FirstPause;
        while (!stop.IsCancellationRequested)
        {
            var begin = Environment.TickCount64;
            _exitCode = await RunOnce(environment, stop);
            if (stop.IsCancellationRequested || _exitCode == 0)
                break;
            if (Environment.TickCount64 - begin > Healthy.TotalMilliseconds)
                pause = FirstPause;
            Log.Note(string.Create(CultureInfo.InvariantCulture, $"ended with exit code {_exitCode}; starts again in {pause.TotalSeconds} s"));
            Become(ServiceState.BackingOff);
            await Task.Delay(pause, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 > LongestPause ? LongestPause : pause * 2;
            _restarts++;
        }
        Become(stop.IsCancellationRequested ? ServiceState.Stopped : ServiceState.Exited);
    }

    private async Task<int> RunOnce(IReadOnlyDictionary<string, string> environment, CancellationToken stop)
    {
        Child child;
        try
        {
            child = guest.Children.Start(new ChildSpec(PodGuest.Shell(spec.Run!), User.Ordinary, guest.Folder(spec.Directory), environment, Joined: true));
        }
        catch (FaultException error)
        {
            Log.Note(error.Message);
            return 127;
        }
        _startedAt = TimeProvider.System.GetUtcNow();
        Become(ServiceState.Running);
        guest.Ports.Hurry();
        var output = PipeReader.Read(child.Stdout, bytes => Log.Append(bytes.Span));
        using (stop.Register(() => child.Signal(LibC.SIGTERM)))
        {
            if (await Task.WhenAny(child.Exit, Cancelled(stop)) != child.Exit)
                await Task.WhenAny(child.Exit, Task.Delay(StopGrace, CancellationToken.None));
        }
        // What the service left behind in its group goes with it: a dev server's workers must not hold the port.
        child.Signal(LibC.SIGKILL);
        var code = await child.Exit;
        await Task.WhenAny(output, Task.Delay(TimeSpan.FromSeconds(1), CancellationToken.None));
        return code;
    }

    private static Task Cancelled(CancellationToken token) => Task.Delay(Timeout.Infinite, token);

    private void Become(ServiceState state)
    {
        _state = state;
        guest.Changed.Raise();
    }
}
