using Pinacle.Web.Pods;

namespace Pinacle.Web.Repositories;

/// <summary>A service that a repository asks for.</summary>
/// <param name="Name">See <see cref="ServiceName"/>.</param>
/// <param name="Port">1 to 65535.</param>
/// <param name="Run">Shell command line; null for a port only.</param>
/// <param name="Directory">Relative to the workspace; null for itself.</param>
/// <param name="Access">A proposal: a person confirms it.</param>
public sealed record ProposedService(string Name, int Port, string? Run, string? Directory = null, ServiceAccess Access = ServiceAccess.Private);
