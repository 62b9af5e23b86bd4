namespace Pinacle.Podd.Pods;

/// <summary>The places between what an act does and what it writes down. podd can be killed at each of them and must come back to the goal or to nothing; a test does so at every one.</summary>
public enum FaultPoint
{
    /// <summary>Create: the record stands, nothing else does.</summary>
    CreateRecorded,

    /// <summary>Create: the disk is there, the network is in the making.</summary>
    DiskMade,

    /// <summary>Create and start: namespace, link and rules are there.</summary>
    NetworkAttached,

    /// <summary>Create and start: bundle and key are written, runsc has not been called.</summary>
    BundleWritten,

    /// <summary>Create and start: the sandbox runs, and no record says so.</summary>
    SandboxStarted,

    /// <summary>Create and start: the guest has answered, and no record says so.</summary>
    GuestAnswered,

    /// <summary>Create and start: the record has the sandbox.</summary>
    SandboxRecorded,

    /// <summary>Create: the guest is configured, the pod does not count as made.</summary>
    Configured,

    /// <summary>Create: the pod counts as made.</summary>
    MadeRecorded,

    /// <summary>Create: the record says that setup runs, the guest has not been told.</summary>
    SetupRecorded,

    /// <summary>Create: setup has ended and the record says so; services are not on.</summary>
    SetupEnded,

    /// <summary>Start: the record says that it starts.</summary>
    StartRecorded,

    /// <summary>Stop: the record says that it stops.</summary>
    StopRecorded,

    /// <summary>Stop: services and guest have ended.</summary>
    ServicesStopped,

    /// <summary>Stop and delete: no process of the sandbox is left.</summary>
    ProcessesEnded,

    /// <summary>Stop and delete: the cgroup is gone.</summary>
    CgroupRemoved,

    /// <summary>Stop and delete: the network is gone.</summary>
    NetworkDetached,

    /// <summary>Delete: the record says so.</summary>
    DeleteRecorded,

    /// <summary>Delete: the disk is gone.</summary>
    DiskDeleted,

    /// <summary>Delete: the record is gone.</summary>
    RecordDeleted,

    /// <summary>Resize: the record has the new tier.</summary>
    TierRecorded,

    /// <summary>Resize: the disk has its new limit, the sandbox its old ones.</summary>
    DiskLimited,

    /// <summary>Sleep: the record says so, the pod runs.</summary>
    SleepRecorded,

    /// <summary>Sleep: the pod has no connections, is cut off, and is paused.</summary>
    HungUp,

    /// <summary>Sleep: the memory is written.</summary>
    MemoryWritten,

    /// <summary>Sleep: the record has the checkpoint, the paused sandbox is still there.</summary>
    AsleepRecorded,

    /// <summary>Wake: the record says so.</summary>
    WakeRecorded,

    /// <summary>Wake: the pod runs and the record says so; the checkpoint is still there.</summary>
    AwakeRecorded,

    /// <summary>Freeze: the link is listened on, the pod still runs.</summary>
    TapOpened,

    /// <summary>Freeze: the pod stands still, and nothing else knows.</summary>
    Frozen,

    /// <summary>Thaw: the pod runs, and nothing else knows.</summary>
    Thawed,
}
