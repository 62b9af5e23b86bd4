using Pinacle.Contracts;

namespace Pinacle.Web.Repositories;

/// <summary>Something in a repository's own file is wrong; says where.</summary>
public sealed class WishException(string source, long? line, long? column, string problem)
    : Exception($"{source}{(line is null ? "" : $" line {line}, column {column}")}: {problem}")
{
    /// <summary>The file.</summary>
    public new string Source { get; } = source;

    /// <summary>For the person: the file in the message, line and column in the detail.</summary>
    public Fault Fault { get; } = new(FaultKind.Invalid, $"cannot use {source}", line is null ? problem : $"line {line}, column {column}: {problem}");
}
