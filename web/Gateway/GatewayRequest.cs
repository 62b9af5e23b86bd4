using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Pinacle.Contracts;
using Pinacle.Web.Pods;
using Pinacle.Web.Site;
using Yarp.ReverseProxy.Forwarder;

namespace Pinacle.Web.Gateway;

/// <summary>Answers a request to a service's host: finds the pod, checks who asks, carries the bytes.</summary>
public sealed class GatewayRequest(RouteTable routes, PodCookie cookie, HandOver handOver, SharedAccess shared, PodTransport transport, OpenConnections connections, IHttpForwarder forwarder, IdentityTokens tokens, SiteUrls urls)
{
    /// <summary>Header by which programs say who they are (<c>Authorization</c> is the app's own); it is not passed on.</summary>
    public const string ProgramHeader = "Pinacle-Authorization";

    // YARP ends silent responses after 100 s by default; event streams and sockets are silent for hours.
    private static readonly TimeSpan Patient = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);
    private static readonly ForwarderRequestConfig Config = new() { ActivityTimeout = TimeSpan.FromHours(24), Version = new Version(1, 1), VersionPolicy = HttpVersionPolicy.RequestVersionExact };

    /// <summary>Answers it.</summary>
    public async Task Answer(HttpContext context, ServiceLabel label)
    {
        var cancellationToken = context.RequestAborted;
        if (HttpMethods.IsConnect(context.Request.Method) && !ForeignRequests.IsUpgrade(context))
        {
            await GatewayPage.Write(context, StatusCodes.Status405MethodNotAllowed, "Not a proxy", "Nothing is connected to from here.");
            return;
        }
        if (context.Features.Get<IHttpRequestFeature>()?.RawTarget == "*")
        {
            await GatewayPage.Write(context, StatusCodes.Status400BadRequest, "No path", "A request here is for a path.");
            return;
        }
        if (context.Request.Path == HandOver.CallbackPath)
        {
            await Callback(context, label);
            return;
        }
        if (context.Request.Path == HandOver.EnterPath && GatewayPage.IsNavigation(context.Request))
        {
            handOver.Enter(context, label);
            return;
        }
        if (SharedAccess.IsLink(context.Request))
        {
            await shared.Take(context, label);
            return;
        }
        var version = routes.Version;
        var pod = await routes.Find(label, cancellationToken);
        var service = pod?.Find(label);
        var visitor = await Who(context, label, cancellationToken);
        if (pod is not null && service is not null && pod.Admits(service, visitor?.UserId))
        {
            await Carry(context, label, pod, service, visitor, link: null, version);
            return;
        }
        if (pod is not null && service is not null && IsSiblingPreflight(context.Request, pod, label))
        {
            await Carry(context, label, pod, service, visitor: null, link: null, version);
            return;
        }
        if (pod is not null && service is not null && shared.Of(context, label, pod) is { } link)
        {
            // Whoever comes by a link is nobody to the app.
            await Carry(context, label, pod, service, visitor: null, link, version);
            return;
        }
        if (await shared.TellOfEnd(context, label))
            return;
        // Whether there is such a pod is told only to those who may open it.
        if (visitor is not null)
            await GatewayPage.Write(context, StatusCodes.Status404NotFound, "No such pod", $"Nothing is here, or {visitor.Login} may not see it.");
        else if (GatewayPage.IsNavigation(context.Request))
            handOver.Begin(context, label);
        else
            await GatewayPage.Write(context, StatusCodes.Status401Unauthorized, "Sign in first", $"Open {urls.Site} in this browser, or send {ProgramHeader}: Bearer <API token>.");
    }

    private async Task Callback(HttpContext context, ServiceLabel label)
    {
        if (await handOver.Take(context, label, context.RequestAborted) is { } step)
        {
            if (step.Rests)
            {
                await GatewayPage.WriteOnward(context, label.Pod, step.Url);
                return;
            }
            context.Response.Headers.CacheControl = "no-store";
            context.Response.StatusCode = StatusCodes.Status303SeeOther;
            context.Response.Headers.Location = step.Url;
            return;
        }
        await GatewayPage.Write(context, StatusCodes.Status400BadRequest, "This way in is used up", "It is good once, for thirty seconds, in the browser that asked for it. Open the address again.");
    }

    private async Task<Visitor?> Who(HttpContext context, ServiceLabel label, CancellationToken cancellationToken)
    {
        var program = context.Request.Headers[ProgramHeader].ToString();
        if (program.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            return await routes.Token(program["Bearer ".Length..].Trim(), cancellationToken);
        return cookie.Read(context.Request, label) is { } session ? await routes.Session(session, cancellationToken) : null;
    }

    private async Task Carry(HttpContext context, ServiceLabel label, PodRoute pod, ServiceRoute service, Visitor? visitor, Guid? link, long version)
    {
        var origin = urls.Service(label.Service, label.Pod, label.User).TrimEnd('/');
        var isComing = pod.Status is PodState.Asleep or PodState.Sleeping or PodState.Waking or PodState.Starting;

        // podd holds a request to a pod that sleeps until the pod is awake, or says that this one may not wake it.
        if (pod.HostId is null || !(isComing || pod.Status == PodState.Running))
        {
            await NotRunning(context, label, pod);
            return;
        }
        var upgrade = ForeignRequests.IsUpgrade(context);
        if (upgrade && service.Access != ServiceAccess.Public && !IsOwnPage(context.Request, origin, visitor))
        {
            await GatewayPage.Write(context, StatusCodes.Status403Forbidden, "Another site's WebSocket", $"This service takes WebSockets from {origin} only.");
            return;
        }
        if (ForeignRequests.IsOtherUpgrade(context))
        {
            await GatewayPage.Write(context, StatusCodes.Status400BadRequest, "Not a WebSocket", "Connections here become WebSockets and nothing else.");
            return;
        }
        var isKnown = link is not null || pod.IsOf(visitor?.UserId);
        var asker = Asker.Of(context, upgrade, isKnown, isAdmitted: isKnown || service.Access == ServiceAccess.Public);
        Unbound(context);
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        if (link is { } open && pod.Links[open].ExpiresAt is { } end)
            cut.CancelAfter(Until(end));
        else if (visitor is { TokenId: not null, Until: var ends })
            cut.CancelAfter(Until(ends));
        using var registration = connections.Add(label, pod, visitor, link, cut, version);
        // A person sees within a second that the pod is on its way; the wake goes on meanwhile. Programs wait.
        using var patience = isComing && HttpMethods.IsGet(context.Request.Method) && GatewayPage.IsNavigation(context.Request) ? CancellationTokenSource.CreateLinkedTokenSource(cut.Token) : null;
        patience?.CancelAfter(Patient);
        var transformer = new ServiceTransformer(pod, service, visitor, origin, asker, tokens, begun: () => patience?.CancelAfter(Timeout.InfiniteTimeSpan));
        var error = await forwarder.SendAsync(context, PodTransport.Destination(pod, service, asker), upgrade ? transport.WebSocket : transport.Http, Config, transformer, (patience ?? cut).Token);
        if (error == ForwarderError.None || context.RequestAborted.IsCancellationRequested)
            return;
        if (cut.IsCancellationRequested)
            await GatewayPage.Write(context, StatusCodes.Status404NotFound, "No such pod", "It is gone, or may no longer be seen by whoever asked.");
        else if (patience is { IsCancellationRequested: true })
            await GatewayPage.WriteWaking(context, label.Pod, urls.Pod(pod.PodId));
        else if (Unreadable(context.Features.Get<IForwarderErrorFeature>()?.Exception) is { } status)
            await GatewayPage.Write(context, status, "The request cannot be read", "Its body is not what its headers say.");
        else
            await Failed(context, label, pod, service, context.Features.Get<IForwarderErrorFeature>()?.Exception);
    }

    // A timer counts to 49 days; what is open for longer is ended by the sweep of open connections.
    // Never before the end: whoever is cut must find the way shut, and timers may run by a clock that ticks every ten milliseconds.
    private TimeSpan Until(DateTimeOffset end) => (end - routes.Now) switch
    {
        var left when left <= TimeSpan.Zero => TimeSpan.FromMilliseconds(1),
        { TotalDays: > 40 } => Timeout.InfiniteTimeSpan,
        var left => left + Tick,
    };

    // A browser always says where a WebSocket comes from. Only a program says nothing, and shows its token instead.
    private static bool IsOwnPage(HttpRequest request, string origin, Visitor? visitor) => request.Headers.Origin.ToString() is { Length: > 0 } from
        ? from.Equals(origin, StringComparison.OrdinalIgnoreCase)
        : visitor is { SessionId: null };

    private Task NotRunning(HttpContext context, ServiceLabel label, PodRoute pod) => pod.Status switch
    {
        PodState.Failed => GatewayPage.Write(context, StatusCodes.Status503ServiceUnavailable, $"{label.Pod} has failed", pod.Fault?.Message ?? "Its host did not say why.", urls.Pod(pod.PodId)),
        PodState.Stopped or PodState.Stopping => GatewayPage.Write(context, StatusCodes.Status503ServiceUnavailable, $"{label.Pod} is stopped", "It comes back when somebody starts it.", urls.Pod(pod.PodId)),
        _ => GatewayPage.Write(context, StatusCodes.Status503ServiceUnavailable, $"{label.Pod} is being made ready", $"It is {pod.Status.ToString().ToLowerInvariant()}. This page asks again by itself.", urls.Pod(pod.PodId), refresh: 2),
    };

    private async Task Failed(HttpContext context, ServiceLabel label, PodRoute pod, ServiceRoute service, Exception? error)
    {
        var (fault, link) = (FaultOf(error), urls.Pod(pod.PodId));
        switch (fault?.Kind)
        {
            case FaultKind.NotListening:
                await GatewayPage.WriteTrouble(context, StatusCodes.Status502BadGateway, $"Nothing listens on port {service.Port}", fault.Detail is { Length: > 0 } ports ? $"Listening in {label.Pod}: {ports}" : $"Nothing in {label.Pod} listens on any port yet.", link, Patience.Next(context, cookie));
                break;
            case FaultKind.PodAsleep when await routes.Find(label, context.RequestAborted) is { Status: PodState.Waking or PodState.Starting }:
                // The page that said so asks again by itself: it wakes nothing, and need not.
                await GatewayPage.WriteWaking(context, label.Pod, link);
                break;
            case FaultKind.PodAsleep:
                await GatewayPage.WriteAsleep(context, label.Pod, link);
                break;
            case FaultKind.HostUnreachable:
                await GatewayPage.WriteTrouble(context, StatusCodes.Status502BadGateway, "The pod's host cannot be reached", "It may be restarting.", link, Patience.Next(context, cookie));
                break;
            case { } kind:
                await GatewayPage.WriteTrouble(context, FaultStatus.Of(kind), $"{label.Pod} does not answer", fault.Message, link, Patience.Next(context, cookie));
                break;
            case null:
                await GatewayPage.Write(context, StatusCodes.Status502BadGateway, $"The service on port {service.Port} did not answer", "It closed the connection before it answered.", link);
                break;
        }
    }

    // What the client sent was the trouble, not the app.
    private static int? Unreadable(Exception? error)
    {
        for (; error is not null; error = error.InnerException)
        {
            if (error is BadHttpRequestException bad)
                return bad.StatusCode;
        }
        return null;
    }

    private static Fault? FaultOf(Exception? error)
    {
        for (; error is not null; error = error.InnerException)
        {
            if (error is FaultException { Fault: var fault })
                return fault;
        }
        return null;
    }

    // A private front end may call its pod's private API: browsers send preflights without cookies, and they reveal nothing but the app's CORS rules.
    private bool IsSiblingPreflight(HttpRequest request, PodRoute pod, ServiceLabel label) =>
        HttpMethods.IsOptions(request.Method)
        && request.Headers.ContainsKey("Access-Control-Request-Method")
        && pod.Services.Keys.Any(name => request.Headers.Origin.ToString().Equals(urls.Service(name, label.Pod, label.User).TrimEnd('/'), StringComparison.OrdinalIgnoreCase));

    // Uploads of any size, as slow as they like: the app decides.
    private static void Unbound(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = null;
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } request)
            request.MinDataRate = null;
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } response)
            response.MinDataRate = null;
    }
}
