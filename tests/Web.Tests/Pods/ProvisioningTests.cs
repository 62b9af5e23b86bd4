using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Pinacle.Contracts;
using Pinacle.Web.Tests.Stand;
using Xunit;

namespace Pinacle.Web.Tests.Pods;

public sealed class ProvisioningTests : EnrolledHostTests
{
    private const string Repository = "https://git.test/demo.git";

    [Fact]
    public async Task A_pod_from_a_repository_runs_with_the_services_that_were_found_in_it()
    {
        podd.Files["package.json"] = """{"scripts":{"dev":"vite"},"devDependencies":{"vite":"^8"}}""";
        podd.Files["package-lock.json"] = "{}";
        await Make("demo");
        var pod = await Wait("demo", "running");
        Assert.Equal("running", pod.GetProperty("status").GetString());
        Assert.Equal("done", pod.GetProperty("setup").GetProperty("state").GetString());
        var service = Assert.Single(pod.GetProperty("services").EnumerateArray());
        Assert.Equal("web 5173 npm run dev http://web-demo-alice.pinacle.localhost:8080/", $"{service.GetProperty("name")} {service.GetProperty("port")} {service.GetProperty("run")} {service.GetProperty("url")}");
        var fake = Assert.Single(podd.Pods.Values);
        Assert.Equal(["npm ci"], fake.Spec!.Setup!.Steps.Select(step => step.Run));
        var events = await Events("demo");
        Assert.Contains(events, line => line.Contains("output Cloning into", StringComparison.Ordinal));
        Assert.Contains("state running", events);
    }

    [Fact]
    public async Task A_pod_whose_repository_cannot_be_cloned_is_failed_and_says_why_until_a_retry_succeeds()
    {
        podd.CloneFault = new Fault(FaultKind.RepositoryUnavailable, "cannot clone https://git.test/demo.git: it does not exist or needs a sign-in");
        await Make("broken");
        var pod = await Wait("broken", "running");
        Assert.Equal("failed", pod.GetProperty("status").GetString());
        Assert.Equal("repository-unavailable", pod.GetProperty("fault").GetProperty("kind").GetString());
        podd.CloneFault = null;
        using (var answer = await alice.PostAsync("/api/v1/pods/broken/retry", null))
            Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        pod = await Wait("broken", "running");
        Assert.Equal("running", pod.GetProperty("status").GetString());
        Assert.Equal(JsonValueKind.Null, pod.GetProperty("fault").ValueKind);
    }

    [Fact]
    public async Task A_broken_pinacle_yaml_leaves_the_pod_running_without_services_and_names_line_and_column()
    {
        podd.Files["pinacle.yaml"] = "version: 1\nservices:\n  web:\n    run: x\n    prot: 80\n";
        await Make("yaml");
        var pod = await Wait("yaml", "running");
        Assert.Equal("running", pod.GetProperty("status").GetString());
        Assert.Empty(pod.GetProperty("services").EnumerateArray());
        Assert.Equal("failed", pod.GetProperty("setup").GetProperty("state").GetString());
        Assert.Contains("line 5, column 5", pod.GetProperty("setup").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_install_leaves_the_pod_running_and_can_be_tried_again()
    {
        podd.Files["package.json"] = """{"scripts":{"start":"node ."}}""";
        podd.SetupFailure = "exit code 1";
        await Make("install");
        var pod = await Wait("install", "running");
        Assert.Equal("running failed", $"{pod.GetProperty("status")} {pod.GetProperty("setup").GetProperty("state")}");
        podd.SetupFailure = null;
        using (await alice.PostAsync("/api/v1/pods/install/retry", null))
            pod = await Wait("install", "running");
        Assert.Equal("running done", $"{pod.GetProperty("status")} {pod.GetProperty("setup").GetProperty("state")}");
    }

    [Fact]
    public async Task A_pod_stops_starts_and_is_deleted_with_its_traces()
    {
        await Make("power", repo: null);
        await Wait("power", "running");
        using (await alice.PostAsync("/api/v1/pods/power/stop", null))
            Assert.Equal("stopped", (await Wait("power", "stopped")).GetProperty("status").GetString());
        using (await alice.PostAsync("/api/v1/pods/power/start", null))
            Assert.Equal("running", (await Wait("power", "running")).GetProperty("status").GetString());
        using (await alice.DeleteAsync("/api/v1/pods/power"))
            await Eventually.True(async () => (await alice.GetAsync("/api/v1/pods/power")).StatusCode == HttpStatusCode.NotFound);
        Assert.Empty(podd.Pods);
    }

    [Fact]
    public async Task A_pod_that_is_deleted_while_its_setup_runs_is_gone_at_once()
    {
        podd.Files["package.json"] = """{"scripts":{"start":"node ."}}""";
        var reached = new TaskCompletionSource();
        var never = new TaskCompletionSource();
        podd.InSetup = () =>
        {
            reached.TrySetResult();
            return never.Task;
        };
        await Make("long");
        await reached.Task.WaitAsync(Eventually.Deadline);
        using (await alice.DeleteAsync("/api/v1/pods/long"))
            await Eventually.True(async () => (await alice.GetAsync("/api/v1/pods/long")).StatusCode == HttpStatusCode.NotFound);
        never.SetResult();
        Assert.Empty(podd.Pods);
    }

    [Fact]
    public async Task A_pod_being_made_goes_on_when_its_host_comes_back()
    {
        podd.Files["index.html"] = "<p>";
        await podd.Stop();
        await Make("later");
        await Eventually.True(async () =>
        {
            await using var db = stand.Open();
            return await db.Jobs.AnyAsync(job => job.Error != null && job.Attempt > 1);
        });
        await podd.Start();
        Assert.Equal("running", (await Wait("later", "running")).GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_pod_being_made_is_finished_by_another_copy_of_web_when_the_first_ends()
    {
        podd.Files["package.json"] = """{"scripts":{"start":"node ."}}""";
        var reached = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        podd.InSetup = () =>
        {
            reached.TrySetResult();
            return go.Task;
        };
        await Make("handed");
        await reached.Task.WaitAsync(Eventually.Deadline);
        await stand.End(stand.Web);
        var second = stand.StartCopy();
        using var client = await stand.Client("alice", second);
        go.SetResult();
        podd.InSetup = () => Task.CompletedTask;
        var pod = await client.GetFromJsonAsync<JsonElement>("/api/v1/pods/handed?wait=running&timeout=30");
        Assert.Equal("running", pod.GetProperty("status").GetString());
        Assert.Single(podd.Pods);
        var events = (await client.GetFromJsonAsync<JsonElement>("/api/v1/pods/handed/events")).GetProperty("items").EnumerateArray().ToList();
        Assert.Single(events, line => line.GetProperty("kind").GetString() == "output");
    }

    [Fact]
    public async Task A_report_that_is_older_than_the_last_changes_nothing()
    {
        await Make("news", repo: null);
        await Wait("news", "running");
        var fake = Assert.Single(podd.Pods.Values);
        fake.State = PodState.Asleep;
        podd.Tell(fake);
        await Wait("news", "asleep");
        await using var db = stand.Open();
        var pod = await db.Pods.SingleAsync(one => one.Name == "news");
        Assert.False(pod.Hear(fake.Report(5) with { State = PodState.Running }, acting: false, pod.ChangedAt));
        Assert.Equal(PodState.Asleep, pod.Status);
        Assert.Equal("10.9.0.2", pod.InternalIp);
    }

    [Fact]
    public async Task A_host_that_cannot_read_a_pods_record_is_heard_although_it_does_not_know_the_epoch()
    {
        await Make("torn", repo: null);
        await Wait("torn", "running");
        await using var db = stand.Open();
        var pod = await db.Pods.SingleAsync(one => one.Name == "torn");
        var newer = podd.Pods.Values.Single(fake => fake.Report(1).Id == pod.Id.ToString()).Report(pod.ReportSeq + 1);
        Assert.False(pod.Hear(newer with { Epoch = pod.Epoch + 1, State = PodState.Failed }, acting: false, pod.ChangedAt));
        Assert.True(pod.Hear(newer with { Epoch = 0, State = PodState.Failed, Fault = new Fault(FaultKind.Internal, "cannot read the record") }, acting: false, pod.ChangedAt));
        Assert.Equal(PodState.Failed, pod.Status);
    }

    private async Task Make(string name, string? repo = Repository)
    {
        using var answer = await alice.PostAsJsonAsync("/api/v1/pods", new { name, repo, tier = "dev.small" });
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
    }

    private Task<JsonElement> Wait(string name, string state) => alice.GetFromJsonAsync<JsonElement>($"/api/v1/pods/{name}?wait={state}&timeout=30");

    private async Task<List<string>> Events(string name) =>
        [.. (await alice.GetFromJsonAsync<JsonElement>($"/api/v1/pods/{name}/events")).GetProperty("items").EnumerateArray().Select(line => $"{line.GetProperty("kind")} {line.GetProperty("message")}")];
}
