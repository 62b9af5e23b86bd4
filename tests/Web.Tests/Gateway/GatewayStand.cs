using System.Net;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Pinacle.Contracts;
using Pinacle.Web.Accounts;
using Pinacle.Web.Hosts;
using Pinacle.Web.Pods;
using Pinacle.Web.Tests.Stand;
using Xunit;

namespace Pinacle.Web.Tests.Gateway;

/// <summary>The real web, a stand-in of podd's tunnel and a real app, joined: what the gateway's tests need.</summary>
public sealed class GatewayStand : IAsyncLifetime
{
    public const string Site = "http://pinacle.localhost:8080";
    private long seq;

    public WebStand Web { get; } = new();

    public TunnelPodd Podd { get; } = new();

    public AppInPod App { get; } = new();

    public Guid HostId { get; private set; }

    public async Task InitializeAsync()
    {
        await Task.WhenAll(Web.InitializeAsync(), Podd.InitializeAsync(), App.InitializeAsync());
        await using var db = Web.Open();
        var host = new PodHost
        {
            Name = "host-1",
            Address = Podd.Address,
            CertificateSha256 = new string('0', 64),
            Contract = ContractVersion.Text,
            CreatedAt = TimeProvider.System.GetUtcNow(),
            ApiKeyEncrypted = Web.Web.Services.GetRequiredService<HostKeys>().Protect("host-1", TunnelPodd.Key),
        };
        db.Hosts.Add(host);
        await db.SaveChangesAsync();
        HostId = host.Id;
    }

    public async Task DisposeAsync()
    {
        await Web.DisposeAsync();
        await Podd.DisposeAsync();
        await App.DisposeAsync();
    }

    /// <summary>The URL of a service.</summary>
    public static string Url(string label, string path = "/") => $"http://{label}.pinacle.localhost:8080{path}";

    /// <summary>A user.</summary>
    public async Task<User> User(string login)
    {
        await using var scope = Web.Web.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<People>().FindOrMake(login, CancellationToken.None);
    }

    /// <summary>A pod in some state, whose port 5173 leads to the app: <c>web</c> (private) and <c>open</c> (public).</summary>
    public async Task<Pod> Pod(string owner, string name, PodState state = PodState.Running, AppInPod? app = null)
    {
        var (user, now) = (await User(owner), TimeProvider.System.GetUtcNow());
        await using var db = Web.Open();
        var pod = new Pod { Name = name, OwnerId = user.Id, Tier = "dev.small", CreatedAt = now, ChangedAt = now };
        pod.Services.Add(new Service { PodId = pod.Id, Name = "web", Port = 5173 });
        pod.Services.Add(new Service { PodId = pod.Id, Name = "open", Port = 5173, Access = ServiceAccess.Public });
        pod.Services.Add(new Service { PodId = pod.Id, Name = "named", Port = 5173, Host = ServiceHostName.Public });
        if (state != PodState.Requested)
        {
            pod.Place(await db.Hosts.FindAsync(HostId) ?? throw new InvalidOperationException("no host"));
            pod.Settle(new PodReport
            {
                Id = pod.Id.ToString(),
                Epoch = 1,
                Seq = Interlocked.Increment(ref seq),
                State = state,
                Setup = new SetupReport(SetupState.Done),
                SpecHash = "",
                At = now,
                Fault = state == PodState.Failed ? new Fault(FaultKind.Internal, "cannot start <b>it</b>") : null,
            }, now);
        }

        Podd.Epochs[pod.Id.ToString()] = 1;
        Podd.Ports[(pod.Id.ToString(), 5173)] = (app ?? App).Port;
        db.Pods.Add(pod);
        await db.SaveChangesAsync();
        return pod;
    }

    /// <summary>The same, with a link of that secret to <c>web</c>.</summary>
    public async Task<Guid> PodWithLink(string owner, string name, string token)
    {
        var pod = await Pod(owner, name);
        await using var db = Web.Open();
        db.ShareLinks.Add(new ShareLink { ServiceId = pod.Services[0].Id, TokenHash = Secret.Hash(token), CreatedById = pod.OwnerId, CreatedAt = TimeProvider.System.GetUtcNow() });
        await db.SaveChangesAsync();
        return pod.Id;
    }

    /// <summary>The same, for tests with several cases: the pod of the first is used by all.</summary>
    public async Task PodOnce(string owner, string name)
    {
        await using var db = Web.Open();
        if (!await db.Pods.AnyAsync(pod => pod.Name == name))
            await Pod(owner, name);
    }

    /// <summary>A browser in which somebody is signed in at the main site; without a login, nobody is.</summary>
    public async Task<Browser> Browser(string? login = null)
    {
        var browser = new Browser(Web.Web.Client().BaseAddress!.Port);
        if (login is null)
            return browser;
        var user = await User(login);
        var now = TimeProvider.System.GetUtcNow();
        var session = new Session { UserId = user.Id, CreatedAt = now, ExpiresAt = now.AddDays(30) };
        await using var db = Web.Open();
        db.Sessions.Add(session);
        await db.SaveChangesAsync();
        var options = Web.Web.Services.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>().Get(Schemes.Session);
        var ticket = new AuthenticationTicket(CurrentUser.Principal(user, session.Id, Schemes.Session), new AuthenticationProperties { IssuedUtc = now, ExpiresUtc = now.AddDays(30) }, Schemes.Session);
        browser.Cookies.Add(new Uri(Site), new Cookie(options.Cookie.Name!, options.TicketDataFormat.Protect(ticket)));
        browser.SessionId = session.Id;
        return browser;
    }

    /// <summary>An API token.</summary>
    public async Task<string> Token(string login)
    {
        var user = await User(login);
        await using var scope = Web.Web.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<ApiTokens>().Make(user, "test", null, CancellationToken.None);
    }

    /// <summary>Ends a session as signing out does.</summary>
    public async Task SignOut(Browser browser)
    {
        await using var scope = Web.Web.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<Sessions>().End(browser.SessionId!.Value, CancellationToken.None);
    }
}
