namespace Pinacle.Podd.Hosts.Checks;

/// <summary>One thing that <c>podd check</c> looks at. Looking changes nothing on the host.</summary>
public interface IHostCheck
{
    /// <summary>A word for the table.</summary>
    string Name { get; }

    /// <summary>Looks; at least one finding.</summary>
    Task<IReadOnlyList<Finding>> Look(CancellationToken cancellationToken);
}
