using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Pinacle.Contracts;
using Pinacle.Podd.Pods;
using Xunit;

namespace Pinacle.Podd.Tests.Pods;

public sealed class PodRecordsTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("pod-records-").FullName;
    private readonly string _id = Guid.CreateVersion7().ToString();
    private readonly PodRecords _records;

    public PodRecordsTests() => _records = new PodRecords(new PoddOptions { Root = _root }, NullLogger<PodRecords>.Instance);

    private string Folder => Path.Combine(_root, "pods", _id);

    private string File => Path.Combine(Folder, "pod.json");

    private string Good => System.IO.File.ReadAllText(File);

    [Fact]
    public void What_was_written_is_read_again_with_its_version()
    {
        Save();
        Assert.StartsWith("""{"version":1,""", Good, StringComparison.Ordinal);
        var record = Assert.Single(_records.Load().Records);
        Assert.Equal((PodRecord.CurrentVersion, 7, PodState.Stopped), (record.Version, record.Slot, record.State));
    }

    [Fact]
    public void A_record_from_before_there_were_versions_is_read_and_what_nobody_knows_is_passed_over()
    {
        Save();
        System.IO.File.WriteAllText(File, Good.Replace("""{"version":1,""", """{"moonPhase":{"full":true},""", StringComparison.Ordinal));
        var record = Assert.Single(_records.Load().Records);
        Assert.Equal(1, record.Version);

        _records.Save(record);
        Assert.DoesNotContain("moonPhase", Good, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("null", "it is null")]
    [InlineData("""{"version":1,"spec":{"id":""", "Expected depth to be zero")]
    [InlineData("""{"version":1}""", "missing required properties")]
    [InlineData("""{"version":2,"shape":["of","the","future"],"state":"levitating"}""", "it is of version 2, and this podd reads up to 1")]
    [InlineData("""{"version":"two"}""", "version")]
    public void A_record_that_cannot_be_read_is_told_with_the_reason_and_left_as_it_is(string content, string reason)
    {
        Save();
        System.IO.File.WriteAllText(File, content);
        AssertUnreadable(reason);
        Assert.Equal(content, Good);
    }

    [Fact]
    public void A_record_of_another_pod_or_of_a_tier_that_nobody_knows_is_not_taken()
    {
        Save();
        var (good, other) = (Good, Guid.CreateVersion7().ToString());
        System.IO.File.WriteAllText(File, good.Replace(_id, other, StringComparison.Ordinal));
        AssertUnreadable($"it is the record of pod {other}");
        System.IO.File.WriteAllText(File, good.Replace("dev.small", "dev.tiny", StringComparison.Ordinal));
        AssertUnreadable("there is no tier dev.tiny");
    }

    [Fact]
    public void A_file_that_is_no_file_does_not_keep_podd_from_starting()
    {
        Directory.CreateDirectory(File);
        AssertUnreadable("denied");
        _records.RemoveUnwritten();
        Assert.True(Directory.Exists(File));
    }

    [Fact]
    public void Every_byte_that_is_cut_off_the_end_makes_it_unreadable_and_never_another_record()
    {
        Save();
        var whole = Encoding.UTF8.GetBytes(Good);
        for (var length = 0; length < whole.Length; length++)
            Assert.ThrowsAny<Exception>(() => PodRecords.Read(_id, whole.AsSpan(0, length)));
    }

    [Fact]
    public void A_folder_without_a_record_goes_only_if_podd_can_have_made_it()
    {
        Directory.CreateDirectory(Folder);
        var foreign = Directory.CreateDirectory(Path.Combine(_root, "pods", _id.ToUpperInvariant())).FullName;
        var notes = Directory.CreateDirectory(Path.Combine(_root, "pods", "notes")).FullName;
        System.IO.File.WriteAllText(Path.Combine(notes, "pod.json"), "mine");

        Assert.Empty(_records.Load().Unreadable);
        _records.RemoveUnwritten();
        Assert.Equal([foreign, notes], Directory.GetDirectories(Path.Combine(_root, "pods")).Order(StringComparer.Ordinal));
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private void Save() => _records.Save(new PodRecord
    {
        Spec = new PodSpec { Id = _id, Epoch = 1, Name = "kept", Owner = "alice", Image = new ImageRef("default"), Tier = "dev.small", HostName = "kept" },
        Slot = 7,
        State = PodState.Stopped,
    });

    private void AssertUnreadable(string reason)
    {
        var (records, unreadable) = _records.Load();
        Assert.Empty(records);
        var only = Assert.Single(unreadable);
        Assert.Equal(_id, only.Id);
        Assert.Contains(reason, only.Reason, StringComparison.Ordinal);
    }
}
