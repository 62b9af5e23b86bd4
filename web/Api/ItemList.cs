namespace Pinacle.Web.Api;

/// <summary>Every list of the API.</summary>
/// <param name="Items">This page of it.</param>
/// <param name="Next">Give it as <c>after</c> to get the next page; null at the end.</param>
public sealed record ItemList<T>(IReadOnlyList<T> Items, string? Next = null);
