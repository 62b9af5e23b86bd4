using Pinacle.Contracts;
using Pinacle.Web.Pods;
using Pinacle.Web.Site;

namespace Pinacle.Web.Api;

/// <summary>What is in a pod: commands, files, services, logs, ports. The host and the guest answer; nothing of it is kept here.</summary>
internal static class PodContentApi
{
    public static void Map(RouteGroupBuilder api)
    {
        var pod = api.MapGroup("/pods/{pod}").WithTags("Content");
        pod.MapPost("/exec", Exec);
        pod.MapGet("/files/{**path}", File);
        pod.MapGet("/services", Services);
        pod.MapPost("/services/{name}/restart", Restart);
        pod.MapGet("/logs/{service}", Logs);
        pod.MapGet("/ports", Ports);
    }

    private static async Task<ExecResult> Exec(HttpContext context, string pod, ExecSpec spec, PodApiContext api)
    {
        var errors = new InputErrors();
        errors.Add("command", spec.Command is { Count: > 0 } ? null : "A command has at least its program.");
        errors.Add("timeout", spec.Timeout is >= 1 and <= 3600 ? null : "Seconds are 1 to 3600.");
        if (spec.Env is not null)
            errors.Add("env", EnvironmentNames.Problem(spec.Env));
        errors.Refuse();
        var (id, podd) = await api.OnHost(context, pod);
        return await podd.Exec(id, spec, context.RequestAborted);
    }

    private static async Task File(HttpContext context, string pod, string? path, PodApiContext api)
    {
        var (id, podd) = await api.OnHost(context, pod);
        using var answer = await podd.File(id, HttpMethod.Get, "/" + path, null, context.RequestAborted);
        await Pass(answer, context);
    }

    private static async Task<ItemList<ServiceView>> Services(HttpContext context, string pod, PodApiContext api) =>
        new(api.View(await api.Usable(context, pod)).Services);

    private static async Task<IResult> Restart(HttpContext context, string pod, string name, PodApiContext api)
    {
        var found = await api.Usable(context, pod);
        if (found.Services.TrueForAll(service => service.Name != name))
            throw new FaultException(FaultKind.NotFound, $"cannot find a service {(name.Length > 32 ? name[..32] : name)} in pod {found.Name}");
        var (id, podd) = await api.OnHost(context, pod);
        await podd.RestartService(id, name, context.RequestAborted);
        return api.Accepted(found);
    }

    private static async Task Logs(HttpContext context, string pod, string service, PodApiContext api, int tail = 200, bool follow = false)
    {
        var (id, podd) = await api.OnHost(context, pod);
        using var answer = await podd.Logs(id, service, $"?tail={Math.Clamp(tail, 0, 10_000)}&follow={(follow ? "true" : "false")}", context.RequestAborted);
        await Pass(answer, context);
    }

    private static async Task<ItemList<PortView>> Ports(HttpContext context, string pod, PodApiContext api, SiteUrls urls)
    {
        var found = await api.Usable(context, pod);
        var (id, podd) = await api.OnHost(context, pod);
        var ports = await podd.Ports(id, context.RequestAborted);
        return new([.. ports.Select(port => new PortView(port.Port, port.LoopbackOnly, port.Process, urls.Service(port.Port.ToString(), found.Name, found.Owner!.Slug)))]);
    }

    /// <summary>Passes an answer of podd on as bytes that no browser takes for a page of ours.</summary>
    private static async Task Pass(HttpResponseMessage answer, HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = (int)answer.StatusCode;
        response.ContentType = answer.Content.Headers.ContentType?.ToString() ?? "application/octet-stream";
        response.ContentLength = answer.Content.Headers.ContentLength;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
        response.Headers.ContentDisposition = "attachment";
        await response.StartAsync(context.RequestAborted);
        await using var body = await answer.Content.ReadAsStreamAsync(context.RequestAborted);
        var buffer = new byte[16 * 1024];

        // Each piece goes on at once: a log that is followed comes in lines.
        for (int length; (length = await body.ReadAsync(buffer, context.RequestAborted)) > 0;)
        {
            await response.Body.WriteAsync(buffer.AsMemory(0, length), context.RequestAborted);
            await response.Body.FlushAsync(context.RequestAborted);
        }
    }

    /// <summary>A port that something in the pod listens on, with its URL.</summary>
    internal sealed record PortView(int Port, bool LoopbackOnly, string? Process, string Url);
}
