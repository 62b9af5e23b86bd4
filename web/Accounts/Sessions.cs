using Microsoft.AspNetCore.Authentication;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Pinacle.Web.Database;

namespace Pinacle.Web.Accounts;

/// <summary>Signs browsers in and out. The row is the session; the cookie is its name.</summary>
public sealed class Sessions(PinacleDb db, IOptions<AccountsOptions> options, TimeProvider time)
{
    /// <summary>Begins a session and sets its cookie.</summary>
    public async Task<Session> Begin(HttpContext context, User user, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var agent = context.Request.Headers.UserAgent.ToString();
        var session = new Session
        {
            UserId = user.Id,
            UserAgent = agent.Length > 300 ? agent[..300] : agent,
            CreatedAt = now,
            ExpiresAt = now + options.Value.SessionLifetime,
        };
        db.Sessions.Add(session);
        await db.SaveChangesAsync(cancellationToken);
        await context.SignInAsync(Schemes.Session, CurrentUser.Principal(user, session.Id, Schemes.Session), new AuthenticationProperties { IsPersistent = true });
        return session;
    }

    /// <summary>Ends the browser's session and removes its cookie.</summary>
    public async Task End(HttpContext context, CancellationToken cancellationToken)
    {
        if (context.CurrentUser()?.SessionId is { } id)
            await End(id, cancellationToken);
        await context.SignOutAsync(Schemes.Session);
    }

    /// <summary>Ends a session from elsewhere.</summary>
    public Task End(Guid sessionId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return db.Sessions.Where(session => session.Id == sessionId && session.EndedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(session => session.EndedAt, now), cancellationToken);
    }

    /// <summary>The user of a live session as they are now; null when it has ended. A session in use is kept alive, written at most daily.</summary>
    public async Task<User?> UserOf(Guid sessionId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var session = await db.Sessions.Include(one => one.User).SingleOrDefaultAsync(one => one.Id == sessionId, cancellationToken);
        if (session is null || !session.IsLive(now))
            return null;
        if (session.ExpiresAt - now < options.Value.SessionLifetime - TimeSpan.FromDays(1))
        {
            session.ExpiresAt = now + options.Value.SessionLifetime;
            await db.SaveChangesAsync(cancellationToken);
        }

        return session.User;
    }
}
