namespace Pinacle.Contracts;

/// <summary>Carries a <see cref="Contracts.Fault"/> from where it is known to the edge that answers with it.</summary>
public sealed class FaultException : Exception
{
    /// <summary>Makes an exception for <paramref name="fault"/>.</summary>
    /// <param name="fault">What the person is told.</param>
    /// <param name="innerException">What the operator finds in the log.</param>
    public FaultException(Fault fault, Exception? innerException = null)
        : base(fault.Message, innerException) => Fault = fault;

    /// <summary>Makes an exception from the parts of a fault.</summary>
    public FaultException(FaultKind kind, string message, string? detail = null, Exception? innerException = null)
        : this(new Fault(kind, message, detail), innerException)
    {
    }

    /// <summary>What the person is told.</summary>
    public Fault Fault { get; }
}
