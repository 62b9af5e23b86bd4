using System.Text;
using Pinacle.Contracts;
using Pinacle.Web.Hosts;

namespace Pinacle.Web.Repositories;

/// <summary>Reads, through the pod's host, what a cloned repository says about itself: <c>pinacle.yaml</c>, else <c>devcontainer.json</c>, else what is found. The files are a stranger's.</summary>
public sealed class RepositoryReader
{
    public const string Workspace = "/workspace";

    /// <summary>Files that say more than this are refused.</summary>
    public const int MaxBytes = 64 * 1024;

    public async Task<RepositoryWishes> Read(PoddClient podd, Guid pod, CancellationToken cancellationToken)
    {
        var root = await List(podd, pod, Workspace, cancellationToken);
        Task<string> Text(string name) => ReadText(podd, pod, $"{Workspace}/{name}", cancellationToken);
        try
        {
            foreach (var name in (string[])["pinacle.yaml", "pinacle.yml"])
            {
                if (root.HasFile(name))
                    return PinacleYaml.Read(name, await Text(name));
            }

            if (root.HasFolder(".devcontainer") && (await List(podd, pod, $"{Workspace}/.devcontainer", cancellationToken)).HasFile("devcontainer.json"))
                return Devcontainer.Read(".devcontainer/devcontainer.json", await Text(".devcontainer/devcontainer.json"));
            if (root.HasFile(".devcontainer.json"))
                return Devcontainer.Read(".devcontainer.json", await Text(".devcontainer.json"));
            return await Detection.Find(root, Text);
        }
        catch (WishException exception)
        {
            return new RepositoryWishes { Source = exception.Source, Fault = exception.Fault };
        }
    }

    private static async Task<FolderNames> List(PoddClient podd, Guid pod, string path, CancellationToken cancellationToken)
    {
        using var answer = await podd.File(pod, HttpMethod.Get, path, null, cancellationToken);
        var listing = await answer.Content.ReadFromJsonAsync(ContractsJson.Default.FileListing, cancellationToken);
        return new FolderNames(listing?.Items ?? []);
    }

    private static async Task<string> ReadText(PoddClient podd, Guid pod, string path, CancellationToken cancellationToken)
    {
        using var answer = await podd.File(pod, HttpMethod.Get, path, null, cancellationToken);
        await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var bytes = new byte[MaxBytes + 1];
        var length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        var name = path[(Workspace.Length + 1)..];
        if (length > MaxBytes)
            throw new WishException(name, null, null, $"the file is larger than {MaxBytes / 1024} KiB");
        return Encoding.UTF8.GetString(bytes.AsSpan(0, length)).TrimStart('\uFEFF');
    }
}
