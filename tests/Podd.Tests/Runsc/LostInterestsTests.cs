using Pinacle.Podd.Runsc;
using Xunit;

namespace Pinacle.Podd.Tests.Runsc;

public sealed class LostInterestsTests : IDisposable
{
    private const string Interest = "pkg/sentry/vfs.epollInterest";
    private const string Instance = "pkg/sentry/vfs.EpollInstance";
    private const ulong Readable = 0x19;
    private const ulong EdgeTriggered = 0x8000_0000 | Readable;

    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData(Readable)]
    [InlineData(EdgeTriggered)]
    public void What_no_epoll_instance_has_any_more_gets_a_mask_of_0_and_nothing_else_changes(ulong mask)
    {
        File.WriteAllBytes(_file, Image(lostMask: mask).File());
        Assert.Equal(1, LostInterests.Remove(_file));
        // The same number in as many bytes.
        Assert.Equal(Image(lostMask: mask).File().Length, new FileInfo(_file).Length);
        Assert.Equal(0UL, MaskOf(3));
        Assert.Equal((Readable, EdgeTriggered), (MaskOf(2), MaskOf(6)));
    }

    [Fact]
    public void A_memory_without_such_a_one_is_left_as_it_is()
    {
        File.WriteAllBytes(_file, Image(lostMask: 0).File());
        var before = File.ReadAllBytes(_file);
        Assert.Equal(0, LostInterests.Remove(_file));
        Assert.Equal(before, File.ReadAllBytes(_file));
    }

    [Fact]
    public void What_is_not_understood_is_refused_and_not_changed()
    {
        byte[][] files =
        [
            [],
            new byte[100],
            Image(Readable).File(compression: "flate-best-speed"),
            Image(Readable).File()[..^3],
            [.. Image(Readable).File(), 0, 0, 0, 0],
            new StateImage().Graph(1).Object(1).Number(99).File(),
            new StateImage().Graph(1).Object(1).Number(9).Number(ulong.MaxValue >> 1).Number(5).File(),
            // An instance that has an entry which is none.
            new StateImage().Graph(3).Type(Interest, "mask", "x").Type(Instance, "interest", "x").Object(1).Struct(Instance, 2).Ref(2).Nil().Object(2).Map((1, 9)).Object(3).Struct(Interest, 2).Uint(Readable).Nil().File(),
            // No instance at all.
            new StateImage().Graph(1).Type(Interest, "mask", "x").Object(1).Struct(Interest, 2).Uint(Readable).Nil().File(),
        ];
        foreach (var file in files)
        {
            File.WriteAllBytes(_file, file);
            Assert.Throws<InvalidDataException>(() => LostInterests.Remove(_file));
            Assert.Equal(file, File.ReadAllBytes(_file));
        }
    }

    [Fact]
    public void A_byte_that_is_wrong_anywhere_never_does_more_than_that_it_is_refused()
    {
        var good = Image(Readable).File();
        for (var at = 0; at < good.Length; at++)
        {
            foreach (var flip in (byte[])[0x01, 0x80, 0xff])
            {
                var bad = good.ToArray();
                bad[at] ^= flip;
                File.WriteAllBytes(_file, bad);
                try
                {
                    LostInterests.Remove(_file);
                }
                catch (InvalidDataException)
                {
                    // As it should be; others may well be readable.
                }
            }
        }
    }

    // In two graphs, whose numbers begin anew; with a text, a reference into an object, and values within values to pass over.
    private static StateImage Image(ulong lostMask)
    {
        var image = new StateImage()
            .Graph(1).Type("pkg/cpuid.FeatureSet", "map").Object(2).Map((7, 1), (8, 1));
        var kernel = image
            .Graph(6).Type("pkg/sentry/vfs.FileDescription", "flags", "name");
        kernel.Type(Interest, "epoll", "mask", "entry").Type(Instance, "q", "interest");
        kernel.Object(1).Struct(Instance, 2).Number(14).Number(5).Nil().Ref(5);
        kernel.Object(2).Struct(Interest, 3).RefInto(1, "vfsfd").Uint(Readable).Ref(3);
        kernel.Object(3).Struct(Interest, 3).Ref(1);
        _ = lostMask == 0 ? kernel.Nil() : kernel.Uint(lostMask);
        kernel.Nil();
        kernel.Object(4).Number(9).Number(2).Number(7).Number(3).Number('a').Number('b').Number('c').Number(0);
        kernel.Object(5).Map((1, 2), (2, 6));
        return kernel.Object(6).Struct(Interest, 3).Nil().Uint(EdgeTriggered).Nil();
    }

    private ulong MaskOf(ulong wanted)
    {
        using var file = new StateFile(_file);
        var (walk, mask) = (new StateWalk(file), 0UL);
        walk.Run(
            new HashSet<string>([Interest]),
            (_, id, field, kind) =>
            {
                if (field == "mask" && (id & 0xff) == wanted && kind == StateWalk.Uint)
                    mask = file.ReadNumber();
                else
                    walk.Skip(kind);
            },
            _ => walk.Skip(StateWalk.Map));
        return mask;
    }
}
