using Pinacle.Contracts;
using Pinacle.Web.Hosts;

namespace Pinacle.Web.Api;

/// <summary>Hosts and the tokens that they join with. For operators; to others there is nothing here.</summary>
internal static class HostsApi
{
    public static void Map(RouteGroupBuilder api)
    {
        var hosts = api.MapGroup("/hosts").WithTags("Hosts").ForOperators();
        hosts.MapGet("", async (HostList list, CancellationToken cancellationToken) => new ItemList<HostView>(await list.All(cancellationToken)));
        hosts.MapGet("/{host}", Get);
        hosts.MapGet("/join-tokens", async (HostList list, CancellationToken cancellationToken) => new ItemList<JoinTokenView>(await list.Tokens(cancellationToken)));
        hosts.MapPost("/join-tokens", Make).Produces<MadeJoinToken>(StatusCodes.Status201Created);
        hosts.MapDelete("/join-tokens/{token:guid}", Revoke).Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<HostView> Get(string host, HostList list, CancellationToken cancellationToken) =>
        await list.Find(host, cancellationToken) ?? throw new FaultException(FaultKind.NotFound, $"cannot find host {(host.Length > 64 ? host[..64] : host)}");

    /// <summary>The answer is the only place where the token is ever seen.</summary>
    private static async Task<IResult> Make(HttpContext context, JoinTokens tokens, JoinCommand command)
    {
        var (made, token) = await tokens.Make(context.RequestAborted);
        context.Response.Headers.CacheControl = "no-store";
        return Results.Created($"{ApiSetup.Root}/hosts/join-tokens/{made.Id}", new MadeJoinToken(made.Id, token, command.Of(token), command.Note(), made.ExpiresAt));
    }

    private static async Task<IResult> Revoke(Guid token, JoinTokens tokens, CancellationToken cancellationToken) =>
        await tokens.Revoke(token, cancellationToken) ? Results.NoContent() : throw new FaultException(FaultKind.NotFound, $"cannot revoke join token {token}: there is none, or a host has used it");
}
