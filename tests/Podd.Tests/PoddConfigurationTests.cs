using Xunit;

namespace Pinacle.Podd.Tests;

public sealed class PoddConfigurationTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    [Theory]
    [InlineData("""{ "listen": "127.0.0.1:7401", "network": { "subnet": "10.90.0.0/16", "allow": ["192.0.2.0/24"], "dns": { "upstream": ["192.0.2.1"] } }, "podEnvironment": { "A": "b" } }""")]
    [InlineData("""{ "Podd": { "Listen": "127.0.0.1:7401", "Network": { "Subnet": "10.90.0.0/16", "Allow": ["192.0.2.0/24"] }, "PodEnvironment": { "A": "b" } }, "Logging": { "LogLevel": { "Default": "Debug" } } }""")]
    public void Options_stand_at_the_top_of_the_file_or_in_a_section_of_their_own(string json)
    {
        File.WriteAllText(_file, json);

        var options = PoddConfiguration.Read(_file).Options;

        Assert.Equal(("127.0.0.1:7401", "10.90.0.0/16", "b"), (options.Listen, options.Network.Subnet, options.PodEnvironment["A"]));
        Assert.Equal(["192.0.2.0/24"], options.Network.Allow);
    }

    [Theory]
    [InlineData("""{ "lisen": "127.0.0.1:7401" }""", "podd has no option 'lisen'")]
    [InlineData("""{ "network": { "subnett": "10.90.0.0/16" } }""", "podd has no option 'subnett'")]
    [InlineData("""{ "listen": """, "LineNumber: 0")]
    [InlineData("""{ "selfTestSeconds": "long" }""", "long")]
    [InlineData("""{ "selfTestSeconds": 5 }""", "selfTestSeconds")]
    [InlineData("""{ "listen": "everywhere" }""", "everywhere")]
    public void What_is_wrong_in_it_is_named(string json, string words)
    {
        File.WriteAllText(_file, json);

        Assert.Contains(words, Assert.Throws<UsageException>(() => PoddConfiguration.Read(_file)).Message, StringComparison.OrdinalIgnoreCase);
    }

    public void Dispose() => File.Delete(_file);
}
