namespace Pinacle.Web.Accounts;

/// <summary>What one may do with a pod; each includes those before it.</summary>
public enum PodRight
{
    /// <summary>Nothing: the pod is not there.</summary>
    None,

    /// <summary>See its existence, state, host and usage, but none of its content.</summary>
    Watch,

    /// <summary>See it, open its private services, terminal, files, logs; start, stop, wake; snapshot, fork, restore.</summary>
    Use,

    /// <summary>Share, visibility, rename, resize, delete, secrets.</summary>
    Manage,
}
