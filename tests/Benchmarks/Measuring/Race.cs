namespace Pinacle.Benchmarks.Measuring;

/// <summary>Contenders that do the same work in turns, in another order each round: what the machine's neighbours do to one they do to all.</summary>
/// <param name="rounds">How many are counted; one more comes before them.</param>
public sealed class Race(int rounds)
{
    private readonly List<(string Name, Func<Action<string, Sample>, Task> Run)> _contenders = [];
    private readonly Dictionary<(string Contender, string Work), List<Sample>> _samples = [];
    private readonly Random _order = new(1);

    /// <summary>Takes part: does its works once, and says of each by name what it took.</summary>
    public Race Add(string name, Func<Action<string, Sample>, Task> run)
    {
        _contenders.Add((name, run));
        return this;
    }

    /// <summary>Runs them.</summary>
    public async Task<Race> Run()
    {
        for (var round = 0; round <= rounds; round++)
        {
            var (order, counts) = (_contenders.ToArray(), round > 0);
            _order.Shuffle(order);
            foreach (var (name, run) in order)
                await run((work, sample) => Record(name, work, sample, counts));
        }
        return this;
    }

    /// <summary>What a work took a contender.</summary>
    public Estimate Wall(string contender, string work) => Estimate.Of(_samples[(contender, work)].Select(sample => sample.Wall));

    /// <inheritdoc cref="Wall"/>
    public Estimate Cpu(string contender, string work) => Estimate.Of(_samples[(contender, work)].Select(sample => sample.Cpu));

    /// <summary>How many times what it takes another it takes one, round by round.</summary>
    public Estimate Ratio(string work, string contender, string against, Func<Sample, double> of) =>
        Estimate.Of(_samples[(contender, work)].Zip(_samples[(against, work)], (mine, theirs) => of(mine) / of(theirs)));

    private void Record(string contender, string work, Sample sample, bool counts)
    {
        if (!counts)
            return;
        if (!_samples.TryGetValue((contender, work), out var samples))
            _samples[(contender, work)] = samples = [];
        samples.Add(sample);
    }
}
