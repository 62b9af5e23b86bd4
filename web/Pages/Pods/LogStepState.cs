namespace Pinacle.Web.Pages.Pods;

/// <summary>How far a step is.</summary>
public enum LogStepState
{
    /// <summary>At work.</summary>
    Running,

    /// <summary>Ended well.</summary>
    Done,

    /// <summary>Ended badly.</summary>
    Failed,

    /// <summary>Its end was never heard: the act was interrupted and began anew.</summary>
    Cut,
}
