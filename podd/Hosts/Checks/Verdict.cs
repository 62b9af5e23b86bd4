using System.Text.Json.Serialization;
using Pinacle.Contracts;

namespace Pinacle.Podd.Hosts.Checks;

/// <summary>What a finding means for pods.</summary>
[JsonConverter(typeof(KebabCase<Verdict>))]
public enum Verdict
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>Pods run, but something will hurt or is missing.</summary>
    Warn,

    /// <summary>Pods cannot run, or not safely.</summary>
    Fail,
}
