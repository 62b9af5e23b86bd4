namespace Pinacle.Web.Hosts;

/// <summary>A join token as operators see it later: never the token itself. These names are its JSON.</summary>
/// <param name="Id">Its id.</param>
/// <param name="State">What has become of it.</param>
/// <param name="Host">Name of the host that used it.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">When it stops being good.</param>
/// <param name="UsedAt">When a host used it.</param>
public sealed record JoinTokenView(Guid Id, JoinTokenState State, string? Host, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, DateTimeOffset? UsedAt)
{
    /// <summary>The view of a token that was read with its host.</summary>
    public static JoinTokenView Of(JoinToken token, DateTimeOffset now) => new(
        token.Id,
        token.UsedAt is not null ? JoinTokenState.Used : token.ExpiresAt <= now ? JoinTokenState.Expired : JoinTokenState.Waiting,
        token.Host?.Name,
        token.CreatedAt,
        token.ExpiresAt,
        token.UsedAt);
}
