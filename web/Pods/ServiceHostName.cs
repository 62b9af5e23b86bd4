using System.Text.Json.Serialization;
using Pinacle.Contracts;

namespace Pinacle.Web.Pods;

/// <summary>Which host name a service's program sees in its requests.</summary>
[JsonConverter(typeof(KebabCase<ServiceHostName>))]
public enum ServiceHostName
{
    /// <summary><c>localhost:{port}</c>, which development servers accept.</summary>
    Localhost,

    /// <summary>The public one.</summary>
    Public,
}
