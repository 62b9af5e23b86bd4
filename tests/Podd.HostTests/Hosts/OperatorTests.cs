using System.Net;
using System.Text.Json;
using Pinacle.Contracts;
using Pinacle.Podd.HostTests.Images;
using Pinacle.Podd.HostTests.Pods;
using Xunit;

namespace Pinacle.Podd.HostTests.Hosts;

/// <summary>What an operator types on a host, beside a podd that runs.</summary>
public sealed class OperatorTests(PoddProcess podd) : IClassFixture<PoddProcess>
{
    private readonly PoddVerb _verb = new(podd);
    private readonly string _id = Guid.CreateVersion7().ToString();

    [SkippableFact]
    public async Task Check_finds_this_machine_fit_and_says_so_of_each_thing()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);

        var result = await _verb.Run(["check", "--json"], allow: 1);

        using var report = JsonDocument.Parse(result.Stdout);
        var findings = report.RootElement.GetProperty("findings").EnumerateArray().Select(finding => (Check: finding.GetProperty("check").GetString(), Verdict: finding.GetProperty("verdict").GetString(), Found: finding.GetProperty("found").GetString())).ToList();
        Assert.Equal(["kernel", "cgroups", "programs", "runsc", "guest", "pool", "firewall", "ports", "dns", "clock"], findings.Select(finding => finding.Check).Distinct());
        Assert.DoesNotContain(findings, finding => finding.Verdict == "fail");
        Assert.Contains(findings, finding => finding.Check == "runsc" && finding.Found!.Contains("passed the self-test", StringComparison.Ordinal));
        Assert.Contains(findings, finding => finding.Check == "ports" && finding.Found!.Contains("is podd's", StringComparison.Ordinal));
        Assert.Contains(findings, finding => finding.Found == "simple quotas are on");
        Assert.Contains(findings, finding => finding.Check == "pool" && finding.Found!.Contains("is sparse", StringComparison.Ordinal));
        Assert.Equal((0, true), (result.ExitCode, report.RootElement.GetProperty("fit").GetBoolean()));
    }

    [SkippableFact]
    public async Task Check_with_a_runsc_that_is_none_fails_and_says_what_to_do()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);

        var result = await _verb.Run(["check"], ["PODD__RUNSC=/bin/false"], allow: 1);

        Assert.Equal(1, result.ExitCode);
        Assert.Matches("(?m)^fail  runsc .*/bin/false", result.Stdout);
        Assert.Matches("(?m)^ +→ /usr/share/podd/install-runsc", result.Stdout);
        Assert.Contains("This host cannot run pods yet.", result.Stdout, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task An_image_of_another_libc_is_imported_with_whiteouts_owners_user_and_environment_and_its_pods_run()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        Skip.If(OciArchive.Missing is not null, OciArchive.Missing);
        var archive = await OciArchive.Make(_verb.Folder);

        var imported = (await _verb.Run(["image", "import", "busy", "oci-archive:" + archive])).Stdout.Trim();
        Assert.Matches("^busy@[0-9a-f]{64}$", imported);
        Assert.Equal(imported, (await _verb.Run(["image", "import", "busy", "oci-archive:" + archive])).Stdout.Trim());
        Assert.Contains(imported.Replace("@", "     ", StringComparison.Ordinal), (await _verb.Run(["image", "list"])).Stdout, StringComparison.Ordinal);

        var made = await podd.Act(HttpMethod.Put, $"/v1/pods/{_id}", Spec());
        Assert.Null(made[^1].Fault);
        Assert.Equal("BusyBox kept 4711", await Say("echo $(busybox | head -n 1 | cut -d ' ' -f 1) $(cat /data/kept) $(stat -c %u /data/kept)"));
        Assert.Equal("no", await Say("test -e /data/dropped && echo yes || echo no"));
        Assert.Equal("keeper 4711 /data imaged specified", await Say("echo $(id -un) $(id -u) $HOME $FROM_IMAGE $FROM_BOTH"));
        Assert.Equal("/opt/tools:/bin", await Say("echo $PATH"));
        Assert.Contains("alice/busy", (await _verb.Run(["pods"])).Stdout, StringComparison.Ordinal);

        var refused = await _verb.Run(["image", "remove", "busy"], allow: 1);
        Assert.Contains("alice/busy", refused.Stderr, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Conflict, await RemoveByApi());
        Assert.True((await podd.Act(HttpMethod.Delete, $"/v1/pods/{_id}"))[^1] is { Done: true, Fault: null });
        Assert.Empty(await podd.Residue(_id));
        Assert.Equal(HttpStatusCode.NoContent, await RemoveByApi());
        Assert.Equal(HttpStatusCode.NotFound, await RemoveByApi());
        Assert.Contains("cannot find image busy", (await _verb.Run(["image", "remove", "busy"], allow: 1)).Stderr, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(podd.Pool, "images"), "busy*"));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(podd.Pool, "images"), ".*"));
    }

    private async Task<HttpStatusCode> RemoveByApi()
    {
        using var response = await podd.Http.DeleteAsync(new Uri(PoddRoutes.Image.Replace("{name}", "busy", StringComparison.Ordinal), UriKind.Relative));
        return response.StatusCode;
    }

    private async Task<string> Say(string script)
    {
        var result = await podd.Exec(_id, "sh", "-c", script);
        return result.ExitCode == 0 ? result.Stdout.Trim() : $"exit code {result.ExitCode}: {result.Stderr}";
    }

    private PodSpec Spec() => PoddProcess.Spec(_id, "busy") with { Image = new ImageRef("busy"), Setup = null, Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["FROM_BOTH"] = "specified" } };
}
