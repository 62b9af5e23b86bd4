namespace Pinacle.Web.Hosts;

/// <summary>A join token at the only moment at which it can be seen. These names are its JSON.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Token">The token.</param>
/// <param name="Command">What to run on the machine that shall be a host.</param>
/// <param name="Note">What has to be known before; null when there is nothing.</param>
/// <param name="ExpiresAt">When it stops being good.</param>
public sealed record MadeJoinToken(Guid Id, string Token, string Command, string? Note, DateTimeOffset ExpiresAt)
{
    /// <summary>What a log may show.</summary>
    public override string ToString() => $"join token {Id}";
}
