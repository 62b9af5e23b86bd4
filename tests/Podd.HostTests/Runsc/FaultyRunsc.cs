namespace Pinacle.Podd.HostTests.Runsc;

/// <summary>The real runsc behind a script, which fails at the subcommands that a test names.</summary>
internal sealed class FaultyRunsc : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("faulty-runsc-").FullName;

    public FaultyRunsc() => Write(1);

    /// <summary>What podd is told to take.</summary>
    public string Path => System.IO.Path.Combine(_folder, "runsc");

    private string Failing => System.IO.Path.Combine(_folder, "failing");

    private string Holding => System.IO.Path.Combine(_folder, "holding");

    /// <summary>These subcommands fail from now on, and no others.</summary>
    public void Fail(params string[] subcommands) => File.WriteAllLines(Failing, subcommands);

    /// <summary>These subcommands wait from now on, until others are named, and no others.</summary>
    public void Hold(params string[] subcommands) => File.WriteAllLines(Holding, subcommands);

    /// <summary>Another version of it: what it does is the same, its hash is not.</summary>
    public void Upgrade(int version) => Write(version);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Write(int version)
    {
        File.WriteAllText(Path + ".new", $"""
            #!/bin/sh
            # version {version}
            if [ -s '{Failing}' ]; then
                for word do
                    if grep -qxF -e "$word" '{Failing}'; then echo "the test has $word fail" >&2; exit 3; fi
                done
            fi
            for word do
                while [ -s '{Holding}' ] && grep -qxF -e "$word" '{Holding}'; do sleep 0.05; done
            done
            exec '{TestHost.Runsc}' "$@"

            """);
        File.SetUnixFileMode(Path + ".new", (UnixFileMode)0b111_101_101);
        File.Move(Path + ".new", Path, overwrite: true);
    }
}
