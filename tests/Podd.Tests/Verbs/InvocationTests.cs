using Pinacle.Podd.Verbs;
using Xunit;

namespace Pinacle.Podd.Tests.Verbs;

public sealed class InvocationTests
{
    [Fact]
    public void Options_may_stand_anywhere_behind_the_verb_and_have_their_value_behind_a_space_or_an_equals_sign()
    {
        var verb = VerbList.Find(["image", "import"]);

        var invocation = new Invocation(verb, ["--config", "c.json", "tools", "--rootfs=f.tar.zst", "--hash", "ab"]);

        Assert.Equal(["tools"], invocation.Operands);
        Assert.Equal(("c.json", "f.tar.zst", "ab"), (invocation["config"], invocation["rootfs"], invocation["hash"]));
        Assert.Equal(["--odd"], new Invocation(verb, ["--", "--odd"]).Operands);
    }

    [Theory]
    [InlineData("check --jsn", "podd check has no option --jsn (did you mean --json?)")]
    [InlineData("check --json=yes", "--json is a flag and takes no value")]
    [InlineData("check --json --json", "--json was given twice")]
    [InlineData("check --config", "--config needs a value: --config FILE")]
    [InlineData("check --config --json", "--config needs a value")]
    [InlineData("check now", "podd check does not know what to do with \"now\"")]
    [InlineData("join", "podd join needs URL")]
    [InlineData("join https://example.org", "podd join needs --token T")]
    [InlineData("image remove", "podd image remove needs NAME[@HASH]")]
    [InlineData("pods x y", "\"x\"")]
    public void What_is_wrong_is_named(string line, string words)
    {
        var typed = line.Split(' ');
        var verb = VerbList.Find(typed);

        var error = Assert.Throws<UsageException>(() => new Invocation(verb, [.. typed.Skip(verb.Name.Split(' ').Length)]));

        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("chek", "podd has no verb \"chek\" (did you mean check?)")]
    [InlineData("abracadabra", "podd has no verb \"abracadabra\"; podd --help")]
    [InlineData("image", "podd image needs one of build, import, list, remove")]
    [InlineData("image lst", "not \"lst\" (did you mean list?)")]
    [InlineData("--config x run", "podd wants its verb first, then \"--config\"")]
    public void A_verb_that_there_is_not_is_refused_with_those_that_there_are(string line, string words) =>
        Assert.Contains(words, Assert.Throws<UsageException>(() => VerbList.Find(line.Split(' '))).Message, StringComparison.Ordinal);

    [Fact]
    public void Every_verb_is_found_by_its_name_and_its_help_shows_every_option()
    {
        var whole = HelpText.Of(VerbList.All);
        foreach (var verb in VerbList.All)
        {
            Assert.Same(verb, VerbList.Find(verb.Name.Split(' ')));
            Assert.Contains($"podd {verb.Name}", whole, StringComparison.Ordinal);
            Assert.All(verb.AllOptions, option => Assert.Contains(option.Typed, HelpText.Of(verb), StringComparison.Ordinal));
            Assert.All(HelpText.Of(verb).Split('\n'), line => Assert.True(line.Length <= 140, line));
        }
    }

    [Theory]
    [InlineData("40G", 40L << 30)]
    [InlineData("2T", 2L << 40)]
    [InlineData("512M", 512L << 20)]
    [InlineData("4096", 4096)]
    public void A_size_has_a_unit_or_is_in_bytes(string typed, long bytes) => Assert.Equal(bytes, PoolVerbs.Bytes(typed));

    [Theory]
    [InlineData("")]
    [InlineData("G")]
    [InlineData("-1G")]
    [InlineData("0")]
    [InlineData("1.5G")]
    [InlineData("99999999T")]
    public void Another_size_is_refused(string typed) => Assert.Throws<UsageException>(() => PoolVerbs.Bytes(typed));
}
