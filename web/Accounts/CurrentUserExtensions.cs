namespace Pinacle.Web.Accounts;

/// <summary>Who is asking, for the edges.</summary>
public static class CurrentUserExtensions
{
    /// <summary>The person who asks; null for an anonymous visitor.</summary>
    public static CurrentUser? CurrentUser(this HttpContext context) => Accounts.CurrentUser.Of(context.User);

    /// <summary>The person who asks, on an edge that only signed-in people reach.</summary>
    public static CurrentUser RequiredUser(this HttpContext context) =>
        context.CurrentUser() ?? throw new InvalidOperationException("cannot tell who asks: the endpoint lets anonymous visitors in");
}
