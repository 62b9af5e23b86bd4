using Pinacle.Web.Pods;
using Pinacle.Web.Repositories;
using Xunit;

namespace Pinacle.Web.Tests.Repositories;

public sealed class PinacleYamlTests
{
    [Fact]
    public void A_whole_file_is_understood()
    {
        var wishes = PinacleYaml.Read("pinacle.yaml", """
            version: 1
            name: demo
            tier: dev.medium
            install:
              - npm ci
              - npm run build
            services:
              web:
                run: npm run dev
                port: 5173
                access: public
              api:
                port: 3000
                directory: server
            env:
              NODE_ENV: development
              EMPTY: ""
            sleepAfter: 600
            """);
        Assert.Equal(["npm ci", "npm run build"], wishes.Setup.Select(step => step.Run));
        Assert.Equal([new ProposedService("web", 5173, "npm run dev", null, ServiceAccess.Public), new ProposedService("api", 3000, null, "server")], wishes.Services);
        Assert.Equal("development", wishes.Environment["NODE_ENV"]);
        Assert.Equal(600, wishes.SleepAfter);
    }

    [Theory]
    [InlineData("instal: x", "line 1, column 1: there is no key \"instal\" here")]
    [InlineData("services:\n  web:\n    run: x", "line 2, column 3: the service web has no port")]
    [InlineData("services:\n  web:\n    port: 70000", "line 3, column 11: a port is a number from 1 to 65535")]
    [InlineData("services:\n  web-app:\n    port: 1", "line 2, column 3: A service's name cannot contain a hyphen")]
    [InlineData("services:\n  web:\n    port: 80\n    directory: ../x", "line 4, column 16: a directory is a path inside the repository")]
    [InlineData("install: [a, b", "line 2, column 1")]
    [InlineData("tier: dev.huge", "line 1, column 7: there is no tier dev.huge")]
    [InlineData("version: 2", "line 1, column 10: this version of Pinacle knows version 1 only")]
    [InlineData("a: &x [1]\nb: *x", "line 1, column 4: anchors and aliases are not taken")]
    [InlineData("install: [[[[[[[[[[1]]]]]]]]]]", "nested deeper than 8 levels")]
    [InlineData("env: {\"A B\": x}", "is not the name of a variable")]
    [InlineData("install: a\ninstall: b", "line 2, column 1")]
    [InlineData("- a", "line 1, column 1: a list of \"key: value\" is expected here")]
    [InlineData("services:\n  web:\n    port: 7410", "line 2, column 3: port 7410 is Pinacle's own")]
    public void What_is_wrong_is_named_with_line_and_column(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<WishException>(() => PinacleYaml.Read("pinacle.yaml", text)).Fault.Detail, StringComparison.Ordinal);

    [Fact]
    public void An_empty_file_asks_for_nothing() => Assert.Empty(PinacleYaml.Read("pinacle.yaml", "# nothing\n").Services);

    [Fact]
    public void A_file_that_would_grow_by_aliases_is_refused_at_once()
    {
        var bomb = string.Join('\n', Enumerable.Range(0, 30).Select(i => $"a{i}: &a{i} [{string.Join(',', Enumerable.Repeat(i == 0 ? "x" : $"*a{i - 1}", 9))}]"));
        Assert.Throws<WishException>(() => PinacleYaml.Read("pinacle.yaml", bomb));
    }
}
