using Pinacle.Contracts;
using Pinacle.Podd.Images;
using Xunit;

namespace Pinacle.Podd.Tests.Images;

public sealed class OciImageTests
{
    private static readonly string[] Accounts = ["root:x:0:0:root:/root:/bin/sh", "node:x:1000:1001:Node:/home/node:/bin/ash", "broken"];

    [Fact]
    public void An_images_environment_and_user_are_read_from_its_configuration()
    {
        var config = OciConfig.Read("""{"config":{"User":"node","Env":["PATH=/opt/bin:/bin","EMPTY=","EQUALS=a=b","1BAD=x","nothing"]}}""");

        Assert.Equal("node", config.User);
        Assert.Equal([new("EMPTY", ""), new("EQUALS", "a=b"), new("PATH", "/opt/bin:/bin")], config.Environment.OrderBy(pair => pair.Key, StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"config":null}""")]
    [InlineData("""{"config":{"Env":null,"User":null}}""")]
    public void An_image_may_say_nothing(string json)
    {
        var config = OciConfig.Read(json);
        Assert.Equal(("", 0), (config.User, config.Environment.Count));
    }

    [Fact]
    public void The_hash_of_an_image_is_its_manifests()
    {
        Assert.Equal("ab12", OciImage.Digest("""{"schemaVersion":2,"manifests":[{"digest":"sha256:ab12","size":1}]}"""));
        Assert.Throws<InvalidOperationException>(() => OciImage.Digest("""{"manifests":[{"digest":"sha512:ab12"}]}"""));
    }

    [Theory]
    [InlineData("node", 1000, 1001, "/home/node", "/bin/ash")]
    [InlineData("1000", 1000, 1001, "/home/node", "/bin/ash")]
    [InlineData("node:7", 1000, 7, "/home/node", "/bin/ash")]
    [InlineData("4711", 4711, 4711, "/", "/bin/sh")]
    [InlineData("4711:8", 4711, 8, "/", "/bin/sh")]
    public void The_images_user_is_a_name_or_a_number_with_a_group_or_not(string user, int uid, int gid, string home, string shell) =>
        Assert.Equal(((uint)uid, (uint)gid, home, shell), ImageUser.Entry(Accounts, user));

    [Theory]
    [InlineData("")]
    [InlineData("root")]
    [InlineData("0:0")]
    public void Root_needs_no_other_name(string user) => Assert.Null(ImageUser.Entry(Accounts, user));

    [Fact]
    public void A_user_that_the_image_does_not_have_is_refused() =>
        Assert.Contains("\"ghost\"", Assert.Throws<FaultException>(() => ImageUser.Entry(Accounts, "ghost")).Message, StringComparison.Ordinal);

    [Fact]
    public void An_image_is_meant_by_name_and_the_beginning_of_its_hash()
    {
        ImageReport[] images = [new("a", new string('1', 64), 0, default), new("a", new string('2', 64), 0, default), new("b", new string('1', 64), 0, default)];

        Assert.Same(images[2], ImageRemoval.Named(images, "b"));
        Assert.Same(images[1], ImageRemoval.Named(images, "a@22"));
        Assert.Contains("2 images a", Assert.Throws<FaultException>(() => ImageRemoval.Named(images, "a")).Message, StringComparison.Ordinal);
        Assert.Contains("cannot find image c", Assert.Throws<FaultException>(() => ImageRemoval.Named(images, "c")).Message, StringComparison.Ordinal);
    }
}
