using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Pinacle.Contracts;
using Pinacle.Podd.Cgroups;
using Pinacle.Podd.Commands;
using Pinacle.Podd.Linux;

namespace Pinacle.Podd.Runsc;

/// <summary>Tries runsc before pods depend on it: some builds panic when a pod forks much, others lose pods on checkpoint. The verdict is kept by hash of runsc, kernel and CPU, so that only the first start of podd pays for it.</summary>
public sealed partial class SelfTest(PoddOptions options, HostCommand command, ILogger<SelfTest> logger)
{
    private const int Canaries = 3;

    private string Folder => Path.Combine(options.Root, "self-test");

    private string Verdict => Path.Combine(options.Root, "self-test.json");

    /// <summary>The verdict; tests where there is none for this machine and binary. Never throws for what runsc does: that is the verdict.</summary>
    public async Task<RuntimeReport> Run(CancellationToken cancellationToken)
    {
        if (!File.Exists(options.Runsc))
            return new RuntimeReport(RuntimeState.Unfit, null, null, $"there is no runsc at {options.Runsc}");
        var hash = await RunscClient.HashOf(options.Runsc, cancellationToken);
        var machine = Machine(hash);
        if (Remembered(machine) is { } known)
            return known;

        // podd and podd check may both be at it.
        Directory.CreateDirectory(options.Root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using var turn = await FileLock.Take(Path.Combine(options.Root, "self-test.lock"), cancellationToken);
        if (Remembered(machine) is { } meanwhile)
            return meanwhile;
        var runsc = new RunscClient(options.Runsc, Path.Combine(Folder, "runsc"), command);
        string? version = null;
        try
        {
            version = await runsc.Version(cancellationToken);
            await Try(runsc, cancellationToken);
            var fit = new RuntimeReport(RuntimeState.Fit, version, hash);
            DurableFile.Write(Verdict, JsonSerializer.SerializeToUtf8Bytes(new SelfTestRecord(machine, fit), SelfTestJson.Default.SelfTestRecord));
            return fit;
        }
        catch (Exception error) when (error is HostCommandException or InvalidOperationException or IOException or TimeoutException)
        {
            // Not remembered: the reason may be the moment's (no memory, a full disk), and the next start should look again.
            Log.Unfit(logger, error, options.Runsc);
            return new RuntimeReport(RuntimeState.Unfit, version, hash, error.Message);
        }
        finally
        {
            await CleanUp(runsc);
        }
    }

    private async Task Try(RunscClient runsc, CancellationToken cancellationToken)
    {
        await CleanUp(runsc);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(options.SelfTestSeconds));
        try
        {
            await Task.WhenAll(Enumerable.Range(0, Canaries).Select(number => Fork(runsc, NameOf(number), limit.Token)));
            await Sleep(runsc, NameOf("s"), limit.Token);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"no end of the self-test within {options.SelfTestSeconds} s (option selfTestSeconds)", error);
        }
    }

    // Its cgroup is of this name, and one for the whole machine: another podd may be at its own.
    private static string NameOf(object canary) => string.Create(CultureInfo.InvariantCulture, $"canary-{canary}-{Environment.ProcessId}");

    private async Task Fork(RunscClient runsc, string id, CancellationToken cancellationToken)
    {
        var canary = new Canary(Folder, id);
        canary.Write("i=0; while [ $i -lt 350 ]; do /bin/true || exit 1; i=$((i+1)); done; echo forked");
        try
        {
            await ProcessEnd.Of(await runsc.Run(id, canary.Bundle, canary.Log, cancellationToken)).WaitAsync(cancellationToken);
        }
        catch (InvalidOperationException) when (canary.Said("forked"))
        {
            // A busy host may let it come to its end before runsc has said that it began.
        }
        if (!canary.Said("forked"))
            throw new InvalidOperationException($"a sandbox that forks 350 times broke: {RunscClient.Tail(canary.Log)}");
    }

    // A process that counts must go on counting after its memory went to disk and came back.
    private async Task Sleep(RunscClient runsc, string id, CancellationToken cancellationToken)
    {
        var (canary, memory) = (new Canary(Folder, id), Path.Combine(Folder, "memory"));
        canary.Write("n=0; while :; do n=$((n+1)); echo count $n; /bin/sleep 0.05; done");
        await runsc.Run(id, canary.Bundle, canary.Log, cancellationToken);
        await canary.Count(above: 3, cancellationToken);
        Directory.CreateDirectory(memory);
        await runsc.Pause(id, cancellationToken);
        await runsc.Checkpoint(id, memory, cancellationToken);
        await runsc.End(id, cancellationToken);
        var before = canary.LastCount;
        await runsc.Restore(id, canary.Bundle, memory, canary.Log, cancellationToken);
        var after = await canary.Count(above: before + 3, cancellationToken);
        if (after > before + 1000)
            throw new InvalidOperationException("a sandbox that came back from a checkpoint had lost its memory");
    }

    private async Task CleanUp(RunscClient runsc)
    {
        foreach (var id in runsc.List())
            await runsc.End(id, CancellationToken.None);
        // A podd that was killed when runsc had made no more than its cgroup.
        foreach (var lost in Cgroup.Children("").Where(IsLost))
            Cgroup.At("/" + lost).Remove();
        if (Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
    }

    private static bool IsLost(string cgroup) =>
        cgroup.Split('-') is ["canary", _, var podd] && int.TryParse(podd, NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
        && ProcessIdentity.Of(pid) is null && Cgroup.At("/" + cgroup).Processes.Count == 0;

    private RuntimeReport? Remembered(string machine)
    {
        try
        {
            var record = JsonSerializer.Deserialize(File.ReadAllBytes(Verdict), SelfTestJson.Default.SelfTestRecord);
            return record?.Machine == machine ? record.Report : null;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    private static string Machine(string runscHash)
    {
        var text = string.Join('\n', [runscHash, File.ReadAllText("/proc/sys/kernel/osrelease"), .. Processor.Features]);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "runsc at {Binary} is unfit for pods")]
        public static partial void Unfit(ILogger logger, Exception error, string binary);
    }
}
