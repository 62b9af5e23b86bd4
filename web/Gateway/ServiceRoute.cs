using Pinacle.Web.Pods;

namespace Pinacle.Web.Gateway;

/// <summary>A port of a pod as the gateway sees it.</summary>
public sealed record ServiceRoute(int Port, ServiceAccess Access, ServiceHostName Host);
