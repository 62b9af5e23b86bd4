namespace Pinacle.Web.Gateway;

/// <summary>A person at a service's URL.</summary>
/// <param name="UserId">Key in <c>users</c>.</param>
/// <param name="Login">The slug.</param>
/// <param name="SessionId">The session at the main site; null for an API token.</param>
/// <param name="Until">When that ends by itself.</param>
/// <param name="TokenId">The API token; null for a session.</param>
public sealed record Visitor(Guid UserId, string Login, Guid? SessionId, DateTimeOffset Until, Guid? TokenId = null);
