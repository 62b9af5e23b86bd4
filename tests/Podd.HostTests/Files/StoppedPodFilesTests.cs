using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pinacle.Contracts;
using Pinacle.Podd.HostTests.Pods;
using Xunit;

namespace Pinacle.Podd.HostTests.Files;

/// <summary>The files of a pod that does not run, for its owner, without starting it.</summary>
public sealed class StoppedPodFilesTests(PoddProcess podd) : IClassFixture<PoddProcess>
{
    private readonly string _id = Guid.CreateVersion7().ToString();

    private string Pod => $"/v1/pods/{_id}";

    [SkippableFact]
    public async Task Files_are_read_and_changed_while_the_pod_is_stopped_and_only_read_while_it_is_asleep_or_failed()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        Assert.Null((await podd.Act(HttpMethod.Put, Pod, PoddProcess.Spec(_id, "demo")))[^1].Fault);
        Assert.Equal(0, (await podd.Exec(_id, "bash", "-ec", "mkdir -p a/b; echo content > a/b/file; ln -s /etc/shadow to-shadow; ln -s /../../../../../../etc/shadow up; ln -s /proc/1/root root")).ExitCode);
        var ownShadow = (await podd.Exec(_id, "sudo", "cat", "/etc/shadow")).Stdout;
        Assert.Null((await podd.Act(HttpMethod.Post, Pod + "/stop"))[^1].Fault);

        // The sandbox keeps a FIFO to itself; a snapshot of elsewhere might bring one.
        await PoddProcess.Output("mkfifo", Path.Combine(podd.Pool, "pods", _id, "workspace/pipe"));

        Assert.Equal("content\n", await Text("workspace/a/b/file"));
        Assert.Equal("tent", await Text("workspace/a/b/file", "bytes=3-6"));
        Assert.Equal(["a", "pipe", "root", "to-shadow", "up"], (await Listing("workspace")).Items.Select(entry => entry.Name).Where(name => !name.StartsWith('.')));
        Assert.Equal((ownShadow, ownShadow), (await Text("workspace/to-shadow"), await Text("workspace/up")));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, HttpStatusCode.NotFound), (await Status(HttpMethod.Get, "workspace/pipe"), await Status(HttpMethod.Get, "workspace/root/etc/hostname")));
        using (var archive = await podd.Http.GetAsync(Of("workspace/a?archive=tar.gz")))
            Assert.Equal((HttpStatusCode.OK, "application/gzip"), (archive.StatusCode, archive.Content.Headers.ContentType?.MediaType));

        Assert.Equal(HttpStatusCode.OK, await Status(HttpMethod.Put, "workspace/new/file", "new"));
        Assert.Equal(HttpStatusCode.OK, await Status(HttpMethod.Delete, "workspace/a"));
        Assert.Equal(HttpStatusCode.NotFound, await Status(HttpMethod.Delete, "workspace/a"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await Status(HttpMethod.Delete, ""));
        Assert.Equal(PodState.Stopped, (await podd.Get(Pod, ContractsJson.Default.PodReport)).State);

        foreach (var state in (string[])["asleep", "failed"])
        {
            await Become(state);
            Assert.Equal("new", await Text("workspace/new/file"));
            Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.Conflict), (await Status(HttpMethod.Put, "workspace/new/file", "newer"), await Status(HttpMethod.Delete, "workspace/new")));
            Assert.Equal(state, (await podd.Get(Pod, ContractsJson.Default.PodReport)).State.ToString().ToLowerInvariant());
        }

        Assert.Null((await podd.Act(HttpMethod.Post, Pod + "/start"))[^1].Fault);
        Assert.Equal("new dev:dev new dev:dev\n", (await podd.Exec(_id, "bash", "-c", "echo $(cat new/file) $(stat -c %U:%G new) $(cat /workspace/new/file) $(stat -c %U:%G new/file); test ! -e a")).Stdout);
        Assert.True((await podd.Act(HttpMethod.Delete, Pod))[^1] is { Done: true, Fault: null });
        Assert.Equal(HttpStatusCode.NotFound, await Status(HttpMethod.Get, "workspace/new/file"));
        Assert.Empty(await podd.Residue(_id));
    }

    [SkippableFact]
    public async Task An_upload_that_ends_after_the_pod_was_started_is_refused_and_leaves_nothing()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        Assert.Null((await podd.Act(HttpMethod.Put, Pod, PoddProcess.Spec(_id, "late")))[^1].Fault);
        Assert.Null((await podd.Act(HttpMethod.Post, Pod + "/stop"))[^1].Fault);
        var disk = Path.Combine(podd.Pool, "pods", _id, "workspace");
        var slow = new System.IO.Pipelines.Pipe(new System.IO.Pipelines.PipeOptions(pauseWriterThreshold: 0));
        await slow.Writer.WriteAsync(new byte[100_000]);
        using var content = new StreamContent(slow.Reader.AsStream());
        var uploading = podd.Http.PutAsync(Of("workspace/late"), content);
        await PoddProcess.Eventually(() => Task.FromResult(Directory.EnumerateFiles(disk, ".pinacle-*").Any()), "the upload does not begin");
        Assert.Null((await podd.Act(HttpMethod.Post, Pod + "/start"))[^1].Fault);
        await slow.Writer.CompleteAsync();
        using (var answer = await uploading)
            Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Empty(Directory.EnumerateFileSystemEntries(disk, "*late*").Concat(Directory.EnumerateFiles(disk, ".pinacle-*")));
        Assert.True((await podd.Act(HttpMethod.Delete, Pod))[^1] is { Done: true, Fault: null });
    }

    private static Uri Of(string id, string path) => new($"/v1/pods/{id}/files/{path}", UriKind.Relative);

    private Uri Of(string path) => Of(_id, path);

    private async Task<string> Text(string path, string? range = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Of(path));
        if (range is not null)
            request.Headers.Add("Range", range);
        using var answer = await podd.Http.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        return await answer.Content.ReadAsStringAsync();
    }

    private async Task<FileListing> Listing(string path) => JsonSerializer.Deserialize(await Text(path), ContractsJson.Default.FileListing)!;

    private async Task<HttpStatusCode> Status(HttpMethod method, string path, string? content = null)
    {
        using var request = new HttpRequestMessage(method, Of(path)) { Content = content is null ? null : new StringContent(content, Encoding.UTF8) };
        using var answer = await podd.Http.SendAsync(request);
        return answer.StatusCode;
    }

    // As a restart of the host, or an act that failed, leaves it.
    private async Task Become(string state)
    {
        await podd.Kill();
        var file = Path.Combine(podd.Root, "pods", _id, "pod.json");
        var record = JsonNode.Parse(await File.ReadAllTextAsync(file))!;
        record["state"] = state;
        await File.WriteAllTextAsync(file, record.ToJsonString());
        await podd.Start();
    }
}
