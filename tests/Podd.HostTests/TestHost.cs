namespace Pinacle.Podd.HostTests;

/// <summary>What these tests need of the machine, and where it is. <c>make test</c> makes all of it and says where.</summary>
internal static class TestHost
{
    /// <summary>The runsc to test with: <c>PINACLE_RUNSC</c>, else where packaging/install-runsc puts it.</summary>
    public static string Runsc => Environment.GetEnvironmentVariable("PINACLE_RUNSC") ?? "/usr/local/lib/pinacle/runsc";

    /// <summary>podd as it is shipped; else the one that was built with the tests.</summary>
    public static (string Program, string[] Arguments) Podd =>
        Environment.GetEnvironmentVariable("PINACLE_PODD") is { } binary ? (binary, []) : ("dotnet", [Path.Combine(AppContext.BaseDirectory, "podd.dll")]);

    /// <summary>The guest's bundle (packaging/dev/guest-bundle.sh).</summary>
    public static string? Guest => Folder(Environment.GetEnvironmentVariable("PINACLE_GUEST") ?? InRepository("artifacts/guest"));

    /// <summary>The default image and its hash (packaging/images/build).</summary>
    public static (string File, string Hash)? Image =>
        (Environment.GetEnvironmentVariable("PINACLE_IMAGE"), Environment.GetEnvironmentVariable("PINACLE_IMAGE_HASH")) is ({ } file, { } hash) && File.Exists(file) ? (file, hash) : null;

    /// <summary>The folder with <c>podd/</c> and <c>guest/</c> as packaging/dev/build.sh leaves them.</summary>
    public static string? Published =>
        Environment.GetEnvironmentVariable("PINACLE_PODD") is { } podd && Path.GetDirectoryName(Path.GetDirectoryName(podd)) is { } folder && File.Exists(Path.Combine(folder, "guest", "guest")) ? folder : null;

    private static string? Folder(string? path) => path is not null && Directory.Exists(path) ? path : null;

    /// <summary>A path of the repository that these tests were built in.</summary>
    public static string? InRepository(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Pinacle.sln")))
                return Path.Combine(folder.FullName, path);
        }
        return null;
    }
}
