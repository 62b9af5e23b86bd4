namespace Pinacle.Browser.Tests.Stack;

/// <summary>Where things are in the checkout that the tests were built from.</summary>
public static class Repository
{
    /// <summary>The top folder: the one with Pinacle.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Where screenshots and logs of the tests are kept (git ignores it).</summary>
    public static string Artifacts { get; } = Directory.CreateDirectory(Path.Combine(Root, "artifacts", "browser-tests")).FullName;

    /// <summary>The text of a program that tests publish for pods to run.</summary>
    public static Task<string> App(string name) => File.ReadAllTextAsync(Path.Combine(Root, "tests", "Browser.Tests", "Apps", name));

    private static string FindRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Pinacle.sln")))
                return folder;
        }
        throw new InvalidOperationException("cannot find Pinacle.sln above the tests' folder");
    }
}
