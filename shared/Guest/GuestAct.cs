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

    /// <summary><see cref="GuestFrame.Event"/>s with <see cref="GuestStatus"/>: one at once, then one after each change, with a <see cref="GuestFrame.Beat"/> between.</summary>
    Watch,

    /// <summary>The log of service <see cref="GuestCall.Name"/>: the last <see cref="GuestCall.Tail"/> lines as <see cref="GuestFrame.Stdout"/>; with <see cref="GuestCall.Follow"/> what comes after, too.</summary>
    Logs,

    /// <summary>Start service <see cref="GuestCall.Name"/> again, now.</summary>
    Restart,

    /// <summary>Answer with <see cref="GuestAnswer.File"/> or <see cref="GuestAnswer.Listing"/> for <see cref="GuestCall.Path"/>; a file's bytes, those of <see cref="GuestCall.Offset"/> and <see cref="GuestCall.Length"/> where they are set, follow as <see cref="GuestFrame.Stdout"/>, then <see cref="GuestFrame.End"/>.</summary>
    ReadFile,

    /// <summary>Write <see cref="GuestFrame.Stdin"/> frames until <see cref="GuestFrame.End"/> to <see cref="GuestCall.Path"/>, atomically (temporary file, rename); then <see cref="GuestFrame.Exit"/> with 0 or a <see cref="GuestFrame.Fault"/>.</summary>
    WriteFile,

    /// <summary>Remove the file or folder at <see cref="GuestCall.Path"/>.</summary>
    DeleteFile,

    /// <summary>The folder <see cref="GuestCall.Path"/> as <c>tar.gz</c>: <see cref="GuestFrame.Stdout"/>, then <see cref="GuestFrame.End"/>, or <see cref="GuestFrame.Fault"/> where it could not be packed to its end.</summary>
    Archive,

    /// <summary>Answer with <see cref="GuestAnswer.Git"/>.</summary>
    Git,

    /// <summary>What the workspace's files differ from the last commit: <see cref="GuestFrame.Stdout"/>, at most 1 MiB, then <see cref="GuestFrame.Event"/> with <see cref="GitDiffEnd"/>.</summary>
    GitDiff,

    /// <summary>Attach to the terminal of the name in <see cref="GuestCall.Terminal"/>; one that does not exist is opened so. Then <see cref="GuestFrame.Stdout"/> (what is left of the past, then what comes), <see cref="GuestFrame.Resize"/> when another client changed the size, and <see cref="GuestFrame.Exit"/> at its end. The caller sends <see cref="GuestFrame.Stdin"/>, <see cref="GuestFrame.Resize"/>, <see cref="GuestFrame.Signal"/> and <see cref="GuestFrame.Credit"/>. Closing the connection leaves the terminal as it is.</summary>
    Terminal,

    /// <summary>Open terminal <see cref="GuestCall.Terminal"/> where it is not open, and answer with <see cref="GuestAnswer.Terminals"/>: all there are. Without <see cref="GuestCall.Terminal"/> only the list.</summary>
    Terminals,

    /// <summary>End terminal <see cref="GuestCall.Name"/> and all that runs in it.</summary>
    CloseTerminal,

    /// <summary>Flush the pod's files to disk.</summary>
    Sync,

    /// <summary>Answer with <see cref="GuestAnswer.Connections"/>: every TCP connection to something outside the pod, at most 4,096, without the one that asks.</summary>
    Connections,

    /// <summary>Answer with <see cref="GuestAnswer.HeldFiles"/>: at most 64.</summary>
    HeldFiles,

    /// <summary>Answer with <see cref="GuestAnswer.Probes"/>: one for each of <see cref="GuestCall.Ports"/>, at most 64, after a second at most.</summary>
    Probe,

    /// <summary>Stop the services, the last first, then the terminals, then everything else (SIGTERM; SIGKILL for what is left after 10 s in all), flush, answer, then end.</summary>
    Shutdown,
}
