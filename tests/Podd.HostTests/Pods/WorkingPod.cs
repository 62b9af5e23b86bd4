using System.Globalization;
using System.Text.Json;
using Pinacle.Contracts;
using Pinacle.Podd.HostTests.Guests;
using Xunit;

namespace Pinacle.Podd.HostTests.Pods;

/// <summary>
/// A pod as people have it: a Node server that counts in its memory, a writer that appends rows with checksums to a database all the time, a shell in a terminal, an editor with
/// what nobody has saved. It knows what it must have, and looks whether it has.
/// </summary>
internal sealed class WorkingPod(PoddProcess podd)
{
    private static readonly ServiceSpec Count = new("count", 8000, """
        node -e 'let count = 0; require("http").createServer((request, response) => response.end(JSON.stringify({ count: ++count, pid: process.pid }))).listen(8000, "127.0.0.1")'
        """, ".");

    // Known by when it was born: a process of a new sandbox may have the number of an old one.
    private static readonly ServiceSpec Writer = new("writer", 8001, """
        python3 -c '
        import hashlib, os, sqlite3, time
        database = sqlite3.connect("/workspace/rows.db", isolation_level=None)
        database.execute("pragma journal_mode=wal")
        database.execute("create table if not exists rows (n integer primary key, born integer, data text, sum text)")
        born = time.time_ns()
        n = database.execute("select coalesce(max(n), 0) from rows").fetchone()[0]
        while True:
            n += 1
            data = os.urandom(200).hex()
            database.execute("insert into rows values (?, ?, ?, ?)", (n, born, data, hashlib.sha256(data.encode()).hexdigest()))
            time.sleep(0.02)'
        """, ".");

    private const string Read = """
        import hashlib, json, sqlite3
        database = sqlite3.connect("/workspace/rows.db", timeout=20)
        rows = database.execute("select n, born, data, sum from rows order by n").fetchall()
        print(json.dumps({
            "rows": len(rows), "last": rows[-1][0], "writers": len({row[1] for row in rows}),
            "broken": sum(hashlib.sha256(row[2].encode()).hexdigest() != row[3] for row in rows),
            "integrity": database.execute("pragma integrity_check").fetchone()[0]}))
        """;

    private readonly List<string> _lines = [];
    private int _count;
    private int _node;
    private int _rows;
    private int _writers = 1;
    private string _shell = "";
    private string _editor = "";

    public string Id { get; } = Guid.CreateVersion7().ToString();

    public string Path => $"/v1/pods/{Id}";

    /// <summary>Makes it and begins to work in it.</summary>
    public async Task Make()
    {
        var made = (await podd.Act(HttpMethod.Put, Path, PoddProcess.Spec(Id, "works") with { Tier = "dev.medium", Services = [Count, Writer] }))[^1];
        Assert.True(made.Fault is null, made.Fault?.Message);
        await PoddProcess.Eventually(async () => (await podd.Tunnel(Id, 8000)).StartsWith('{'), "the server does not answer");
        await PoddProcess.Eventually(async () => (await podd.Exec(Id, "test", "-s", "/workspace/rows.db")).ExitCode == 0, "the writer does not write");
        await Begin();
    }

    /// <summary>Works on in it: counts, types into the shell, types into the editor; nothing of before may be missing.</summary>
    /// <param name="wake">True where the first request is to wake it.</param>
    public async Task LostNothing(bool wake = false)
    {
        var answer = JsonSerializer.Deserialize<Answer>(await podd.Tunnel(Id, 8000, wake: wake), JsonSerializerOptions.Web)!;
        Assert.Equal((_count + 1, _node), (answer.Count, answer.Pid));
        _count++;
        await Database();
        await using (var shell = await PodTerminal.Open(podd, Id, "shell"))
        {
            var mark = string.Create(CultureInfo.InvariantCulture, $"mark-{_lines.Count}");
            await shell.Type($"echo 'mark'-{mark[5..]}-$$\n");
            await shell.Until($"{mark}-{_shell}\r");
            await shell.Type("echo 'history'-$(history | grep -c \"'mark'-[0-9]\")\n");
            await shell.Until(string.Create(CultureInfo.InvariantCulture, $"history-{_lines.Count + 1}\r"));
        }
        await using var editor = await PodTerminal.Open(podd, Id, "editor");
        _lines.Add(string.Create(CultureInfo.InvariantCulture, $"line-{_lines.Count}."));
        await editor.Type($"o{_lines[^1]}\u001b");
        await editor.Until(_lines[^1]);
        Assert.Equal(_editor, await Editor());
    }

    /// <summary>It was started from its files, which must all be there; what was in memory begins anew.</summary>
    public async Task LostOnlyMemory()
    {
        await PoddProcess.Eventually(async () => (await podd.Tunnel(Id, 8000)).StartsWith('{'), "the server does not answer after a cold start");
        _writers++;
        await PoddProcess.Eventually(async () => (await Rows()).Writers == _writers, "the writer does not go on after a cold start");
        await Database();
        await Begin();
    }

    /// <summary>Saves what is in the editor, and finds all of it.</summary>
    public async Task Save()
    {
        await using var editor = await PodTerminal.Open(podd, Id, "editor");
        await editor.Type(":wq\n");
        await PoddProcess.Eventually(async () => (await podd.Exec(Id, "test", "-e", "/workspace/notes")).ExitCode == 0, "the editor does not save");
        Assert.Equal("begin\n" + string.Concat(_lines.Select(line => line + "\n")), (await podd.Exec(Id, "cat", "/workspace/notes")).Stdout);
    }

    public async Task Delete()
    {
        Assert.True((await podd.Act(HttpMethod.Delete, Path))[^1] is { Done: true, Fault: null });
        Assert.Empty(await podd.Residue(Id));
    }

    private async Task Begin()
    {
        _lines.Clear();
        var answer = JsonSerializer.Deserialize<Answer>(await podd.Tunnel(Id, 8000), JsonSerializerOptions.Web)!;
        (_count, _node) = (answer.Count, answer.Pid);
        await using (var shell = await PodTerminal.Open(podd, Id, "shell"))
        {
            await shell.Type("echo 'shell'-$$\n");
            var shown = await shell.Until(text => text.Split("shell-") is [_, var rest] && rest.Contains('\r', StringComparison.Ordinal));
            _shell = shown.Split("shell-")[1].Split('\r')[0];
        }
        await using var editor = await PodTerminal.Open(podd, Id, "editor");
        await editor.Type("rm -f notes; vi /workspace/notes\n");
        await PoddProcess.Eventually(async () => await Editor() is { Length: > 0 }, "the editor does not start");
        await editor.Type("ibegin\u001b");
        await editor.Until("begin");
        _editor = await Editor();
    }

    private async Task Database()
    {
        var rows = await Rows();
        Assert.Equal((rows.Last, 0, "ok", _writers), (rows.Rows, rows.Broken, rows.Integrity, rows.Writers));
        Assert.True(rows.Rows >= _rows, $"{_rows} rows were there, {rows.Rows} are");
        _rows = rows.Rows;
    }

    private async Task<Table> Rows()
    {
        var read = await podd.Exec(Id, "python3", "-c", Read);
        Assert.True(read.ExitCode == 0, read.Stderr);
        return JsonSerializer.Deserialize<Table>(read.Stdout, JsonSerializerOptions.Web)!;
    }

    private async Task<string> Editor() => (await podd.Exec(Id, "pgrep", "-f", "^vi /workspace/notes")).Stdout.Trim();

    private sealed record Answer(int Count, int Pid);

    private sealed record Table(int Rows, int Last, int Writers, int Broken, string Integrity);
}
