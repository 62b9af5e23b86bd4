using System.Text.Json.Serialization;

namespace Pinacle.Contracts;

/// <summary>What a caller asks of the guest.</summary>
[JsonConverter(typeof(KebabCase<GuestAct>))]
public enum GuestAct
{
    /// <summary>Answer with <see cref="GuestAnswer.Status"/>.</summary>
    Status,

    /// <summary>Take <see cref="GuestCall.Config"/> as the wanted environment and services; idempotent. Services run only once <see cref="GuestConfig.ServicesOn"/> is set.</summary>
    Configure,

    /// <summary>Run <see cref="GuestCall.Setup"/>, or join it if the run of that name is under way or over: <see cref="GuestFrame.Event"/>s with <see cref="GuestSetupEvent"/> from number <see cref="GuestCall.From"/> on, then the connection closes after the one that ends the run. Closing the connection does not stop the run.</summary>
    Setup,

    /// <summary>Run <see cref="GuestCall.Exec"/>: <see cref="GuestFrame.Stdout"/>, <see cref="GuestFrame.Stderr"/>, then <see cref="GuestFrame.Exit"/>. Closing the connection ends the command.</summary>
    Exec,

    /// <summary>Connect to <see cref="GuestCall.Port"/> on 127.0.0.1, then ::1; after the answer the connection carries raw bytes. Fault <c>not-listening</c> when neither accepts.</summary>
    Relay,

    /// <summary><see cref="GuestFrame.Event"/>s with <see cref="GuestStatus"/>: one at once, then one after each change.</summary>
    Watch,

    /// <summary>The log of service <see cref="GuestCall.Name"/>: the last <see cref="GuestCall.Tail"/> lines as <see cref="GuestFrame.Stdout"/>; with <see cref="GuestCall.Follow"/> what comes after, too.</summary>
    Logs,

    /// <summary>Start service <see cref="GuestCall.Name"/> again, now.</summary>
    Restart,

    /// <summary>Answer with <see cref="GuestAnswer.File"/> or <see cref="GuestAnswer.Listing"/> for <see cref="GuestCall.Path"/>; a file's bytes follow as <see cref="GuestFrame.Stdout"/>, then <see cref="GuestFrame.End"/>.</summary>
    ReadFile,

    /// <summary>Write <see cref="GuestFrame.Stdin"/> frames until <see cref="GuestFrame.End"/> to <see cref="GuestCall.Path"/>, atomically (temporary file, rename); then <see cref="GuestFrame.Exit"/> with 0 or a <see cref="GuestFrame.Fault"/>.</summary>
    WriteFile,

    /// <summary>Remove the file or folder at <see cref="GuestCall.Path"/>.</summary>
    DeleteFile,

    /// <summary>Answer with <see cref="GuestAnswer.Git"/>.</summary>
    Git,

    /// <summary>Flush the pod's files to disk.</summary>
    Sync,

    /// <summary>Stop the services in order (SIGTERM, after 10 s SIGKILL), flush, answer, then end.</summary>
    Shutdown,
}
