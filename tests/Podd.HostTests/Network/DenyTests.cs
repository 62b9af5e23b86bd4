using System.Net;
using System.Text;
using System.Text.Json;
using Pinacle.Contracts;
using Pinacle.Podd.HostTests.Pods;
using Xunit;

namespace Pinacle.Podd.HostTests.Network;

/// <summary>What web denies, over podd's API and from inside of a pod.</summary>
[Collection("network")]
public sealed class DenyTests(TestNetwork network, PoddProcess podd) : IClassFixture<PoddProcess>
{
    private const string Through = "through";
    private const string Refused = "refused";
    private readonly string _id = Guid.CreateVersion7().ToString();

    [SkippableFact]
    public async Task An_address_that_web_denies_is_out_of_reach_at_once_and_after_a_restart_and_a_boot_too()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        await using var world = new World(network.Commands);
        await world.Make();
        Assert.Null((await podd.Act(HttpMethod.Put, $"/v1/pods/{_id}", PoddProcess.Spec(_id, "curious")))[^1].Fault);
        Assert.Equal(Through, await Reach());

        Assert.Equal((HttpStatusCode.NoContent, ""), await Deny("198.51.100.0/24", "fd00::/8"));
        Assert.Equal(Refused, await Reach());
        foreach (var wrong in new[] { "web.example", "0x0a.0.0.0/8", "10.0.0.0/33" })
        {
            var (status, said) = await Deny("203.0.113.1", wrong);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
            Assert.Contains($"cannot deny '{wrong}'", said, StringComparison.Ordinal);
        }

        Assert.Contains("at most 1024", (await Deny([.. Enumerable.Range(0, 1025).Select(number => $"203.0.{number / 256}.{number % 256}")])).Said, StringComparison.Ordinal);
        await podd.Kill();
        await podd.Start();
        Assert.Equal(Refused, await Reach());

        // What a boot takes of it: the kernel's rules.
        await podd.Stop();
        foreach (var family in new[] { "inet", "bridge" })
            await network.Commands.Run("nft", ["delete", "table", family, $"podd_{podd.Place.Instance}"]);
        await podd.Start();
        Assert.Equal(Refused, await Reach());

        Assert.Equal(HttpStatusCode.NoContent, (await Deny()).Status);
        Assert.Equal(Through, await Reach());
        Assert.True((await podd.Act(HttpMethod.Delete, $"/v1/pods/{_id}"))[^1] is { Done: true, Fault: null });
        Assert.Empty(await podd.Residue(_id));
    }

    private async Task<(HttpStatusCode Status, string Said)> Deny(params string[] addresses)
    {
        using var body = new StringContent(JsonSerializer.Serialize(new DenyList(addresses), ContractsJson.Default.DenyList), Encoding.UTF8, "application/json");
        using var response = await podd.Http.PutAsync(new Uri(PoddRoutes.Deny, UriKind.Relative), body);
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, text.Length == 0 ? "" : JsonSerializer.Deserialize(text, ContractsJson.Default.FaultAnswer)!.Fault.Message);
    }

    // The world's server says who it sees; a refusal comes at once, and not as a time-out.
    private async Task<string> Reach()
    {
        var tried = await podd.Exec(_id, "timeout", "20", "bash", "-c", $"exec 3<>/dev/tcp/{World.Internet}/{World.Port} && head -c 7 <&3");
        return tried.ExitCode == 0 && tried.Stdout == World.Masquerade[..7] ? Through : tried.Stderr.Contains("refused", StringComparison.OrdinalIgnoreCase) ? Refused : $"{tried.ExitCode}: {tried.Stdout} {tried.Stderr}";
    }
}
