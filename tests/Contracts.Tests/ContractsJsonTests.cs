using System.Text.Json;

namespace Pinacle.Contracts.Tests;

public sealed class ContractsJsonTests
{
    [Fact]
    public void What_a_sender_leaves_out_has_its_default()
    {
        var exec = JsonSerializer.Deserialize("""{"command":["true"]}""", ContractsJson.Default.ExecSpec)!;
        Assert.Equal(60, exec.Timeout);

        var spec = JsonSerializer.Deserialize(
            """{"id":"x","epoch":1,"name":"demo","owner":"alice","image":{"name":"default"},"tier":"dev.small","hostName":"demo"}""",
            ContractsJson.Default.PodSpec)!;
        Assert.Empty(spec.Services);
        Assert.Empty(spec.Environment);
        Assert.Equal(900, spec.Sleep.AfterSeconds);
        Assert.Null(spec.Setup);
        Assert.Null(spec.SecretEnv);
    }

    [Fact]
    public void Enums_are_kebab_case_words_and_numbers_are_refused()
    {
        Assert.Equal("\"repository-unavailable\"", JsonSerializer.Serialize(FaultKind.RepositoryUnavailable));
        Assert.Equal(PodState.Running, JsonSerializer.Deserialize<PodState>("\"running\""));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<PodState>("3"));
    }

    [Fact]
    public void Every_kind_of_fault_has_a_status_of_an_error()
    {
        Assert.All(Enum.GetValues<FaultKind>(), kind => Assert.InRange(FaultStatus.Of(kind), 400, 599));
        Assert.Equal(500, FaultStatus.Of(FaultKind.Internal));
    }

    [Fact]
    public void The_hash_of_a_spec_ignores_secrets_and_the_order_of_its_environment()
    {
        var spec = new PodSpec { Id = "x", Epoch = 1, Name = "demo", Owner = "alice", Image = new("default"), Tier = "dev.small", HostName = "demo" };
        var one = spec with { Environment = new Dictionary<string, string> { ["A"] = "1", ["B"] = "2" } };
        var other = spec with { Environment = new Dictionary<string, string> { ["B"] = "2", ["A"] = "1" }, SecretEnv = new Dictionary<string, string> { ["S"] = "x" } };
        Assert.Equal(PodSpecHash.Of(one), PodSpecHash.Of(other));
        Assert.NotEqual(PodSpecHash.Of(one), PodSpecHash.Of(spec));
    }
}
