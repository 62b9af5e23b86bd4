namespace Pinacle.Contracts;

/// <summary>The version of what web and podd say to each other. Both sides state it; web refuses a host of another major.</summary>
public static class ContractVersion
{
    /// <summary>Changes when an older peer could misread a newer one.</summary>
    public const int Major = 1;

    /// <summary>Changes when something is added that an older peer may ignore.</summary>
    public const int Minor = 1;

    /// <summary><c>major.minor</c>, as it stands in <see cref="HostReport.Contract"/> and <see cref="HostEnrolment.Contract"/>.</summary>
    public const string Text = "1.1";
}
