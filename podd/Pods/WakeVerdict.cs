using System.Globalization;

namespace Pinacle.Podd.Pods;

/// <summary>
/// Judges a pod after its wake by what is seen of it each second. A checkpoint can come back broken although everything says that it is well: a process spins for ever on a
/// connection that is no more, or a listener is told of nothing (platform.md). In doubt the pod is well: what condemns it is only what a pod that works does not do.
/// </summary>
/// <param name="before">Cores that it used before the sleep.</param>
/// <param name="most">Cores that it may use.</param>
/// <param name="answering">Ports that reacted to a probe before the sleep.</param>
public sealed class WakeVerdict(double before, double most, IReadOnlyList<int> answering)
{
    /// <summary>Seconds after which a pod that shows nothing is well.</summary>
    public const int Seconds = 10;

    /// <summary>Seconds after which one that could not be judged is left alone.</summary>
    public const int MostSeconds = 60;

    /// <summary>Seconds after which one that may be spinning, but has too little of a busy host to be judged by, is left alone.</summary>
    public const int SuspectSeconds = 180;

    // A request may keep a server that does one thing at a time from everything else.
    private const int SecondsWithRequest = 30;

    // One that has just woken catches up: timers, dials, what changed on the disk.
    private const int SecondsOfSpin = 6;

    // A spin takes 65 to 100 % of a core, or of what the tier has, or of what others leave of these.
    private const double Spin = 0.6;

    private readonly double _full = Math.Min(1, most);
    private readonly HashSet<int> _silent = [.. answering];
    private readonly List<double> _hot = [];
    private double _served;
    private int _second;

    /// <summary>Ports of which it is not known yet that they react.</summary>
    public IReadOnlyList<int> Silent => [.. _silent.Order()];

    /// <summary>True once there is nothing more to look for.</summary>
    public bool IsWell { get; private set; }

    /// <summary>Takes in what was seen in the last second.</summary>
    /// <param name="cores">What it used.</param>
    /// <param name="waited">What it would have used besides, had others not been on the cores.</param>
    /// <param name="isWorking">True when something of it shows that it does what it should: bytes that move, a request, a command, a setup step.</param>
    /// <param name="isDeaf">True of a port that is listened on and has neither reacted to a probe nor said anything to a client since the wake; asked of <see cref="Silent"/>.</param>
    /// <param name="isAsked">True of a port from which a client waits for an answer.</param>
    /// <returns>What condemns it; null while nothing does.</returns>
    public string? See(double cores, double waited, bool isWorking, Func<int, bool> isDeaf, Func<int, bool> isAsked)
    {
        _second++;
        // On a busy host what it does takes longer: catching up as well as spinning. Where it has hardly anything of what it wants, neither shows.
        var wanted = Math.Min(cores + waited, Math.Max(cores, _full));
        var part = wanted > 0 ? cores / wanted : 1;
        var calm = wanted <= before + (Spin * _full);
        if (calm || isWorking)
        {
            _hot.Clear();
            _served = 0;
        }
        else if (cores > before + (Spin * _full * part))
        {
            _hot.Add(cores);
            _served += part;
        }
        if (_served > SecondsOfSpin - 0.5)
            return string.Create(CultureInfo.InvariantCulture, $"its processes came back spinning: {_hot.Average():0.0} CPU without a request, {before:0.0} before its sleep");
        _silent.RemoveWhere(port => !isDeaf(port));
        var waits = _silent.Any(isAsked);
        if (_silent.Count > 0 && _second >= (waits ? SecondsWithRequest : Seconds))
            return string.Create(CultureInfo.InvariantCulture, $"its processes came back deaf: port {_silent.Min()} is listened on and does not react, as it did before its sleep");
        var isSuspect = _served < _hot.Count / 2.0;
        IsWell = _second >= (isSuspect ? SuspectSeconds : MostSeconds) || (_second >= Seconds && _silent.Count == 0 && calm);
        return null;
    }
}
