namespace Pinacle.Web.Accounts;

/// <summary>The ways of saying who one is.</summary>
public static class Schemes
{
    /// <summary>The main site's cookie.</summary>
    public const string Session = "session";

    /// <summary>A JWT in <c>Authorization: Bearer</c>, on <c>/api/v1</c> only.</summary>
    public const string ApiToken = "api-token";
}
