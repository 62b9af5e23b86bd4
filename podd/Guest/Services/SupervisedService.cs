using System.Globalization;
using Pinacle.Contracts;
using Pinacle.Guest.Linux;

namespace Pinacle.Guest.Services;

/// <summary>One service: keeps its command running, with growing pauses after each end.</summary>
/// <param name="spec">What it is.</param>
/// <param name="environment">The whole of what its command finds.</param>
/// <param name="log">Outlives it: who follows a service's log follows its successors, too.</param>
/// <param name="guest">The pod.</param>
internal sealed class SupervisedService(ServiceSpec spec, IReadOnlyDictionary<string, string> environment, ServiceLog log, PodGuest guest)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Healthy = TimeSpan.FromSeconds(60);
    /// <summary>How long a service has to end in order.</summary>
    public static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(10);

    private CancellationTokenSource? _stop;
    private Task _loop = Task.CompletedTask;
    private volatile Child? _child;
    private ServiceState _state = spec.Run is null ? ServiceState.External : ServiceState.Stopped;
    private int _restarts;
    private int? _exitCode;
    private DateTimeOffset? _startedAt;

    public ServiceSpec Spec => spec;

    public IReadOnlyDictionary<string, string> Environment => environment;

    public ServiceLog Log => log;

    public ServiceReport Report() =>
        new(spec.Name, spec.Port, _state, guest.Ports.Listening.Any(port => port.Port == spec.Port), _restarts, _exitCode, _startedAt);

    /// <summary>Begins to keep it running; does nothing where it is kept so already.</summary>
    public void Start()
    {
        if (spec.Run is null || _stop is not null)
            return;
        _stop = new CancellationTokenSource();
        _loop = Keep(_stop.Token);
    }

    /// <summary>SIGTERM to all that came of it, SIGKILL to what is left after <paramref name="grace"/>.</summary>
    public async Task Stop(TimeSpan grace)
    {
        if (_stop is null)
            return;
        await _stop.CancelAsync();
        // A service that ended well may have left a daemon behind: it is the service.
        if (_child is { } child)
            await child.EndKin(grace);
        await _loop;
        _stop.Dispose();
        _stop = null;
    }

    private async Task Keep(CancellationToken stop)
    {
        var pause = FirstPause;
        while (!stop.IsCancellationRequested)
        {
            var begin = System.Environment.TickCount64;
            _exitCode = await RunOnce(stop);
            if (stop.IsCancellationRequested || _exitCode == 0)
                break;
            // A dev server's workers must not hold the port.
            if (_child is { } child)
                await child.EndKin();
            if (System.Environment.TickCount64 - begin > Healthy.TotalMilliseconds)
                pause = FirstPause;
            Log.Note(string.Create(CultureInfo.InvariantCulture, $"ended with exit code {_exitCode}; starts again in {pause.TotalSeconds} s"));
            Become(ServiceState.BackingOff);
            await Task.Delay(pause, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 > LongestPause ? LongestPause : pause * 2;
            _restarts++;
        }
        Become(stop.IsCancellationRequested ? ServiceState.Stopped : ServiceState.Exited);
    }

    private async Task<int> RunOnce(CancellationToken stop)
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
        (_child, _startedAt) = (child, TimeProvider.System.GetUtcNow());
        Become(ServiceState.Running);
        guest.Ports.Hurry();
        var output = new PipeReader(child.Stdout, bytes => Log.Append(bytes.Span));
        // Told to stop between the last look and the start: the stop has missed this child.
        if (stop.IsCancellationRequested)
            await child.EndKin();
        var code = await child.Exit;
        child.Signal(LibC.SIGKILL);
        await output.Rest(CancellationToken.None);
        return code;
    }

    private void Become(ServiceState state)
    {
        _state = state;
        guest.Changed.Raise();
    }
}
