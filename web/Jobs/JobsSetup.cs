using Pinacle.Web.Pods;

namespace Pinacle.Web.Jobs;

/// <summary>Puts the queue into the composition.</summary>
public static class JobsSetup
{
    public static void AddJobs(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<JobsOptions>().BindConfiguration(JobsOptions.Section)
            .Validate(options => options.Workers is > 0 and <= 1000, "cannot start: Jobs:Workers is not between 1 and 1000")
            .Validate(options => options.Heartbeat > TimeSpan.Zero && options.Heartbeat * 2 <= options.Lease, "cannot start: Jobs:Lease is not at least twice Jobs:Heartbeat")
            .ValidateOnStart();
        builder.Services.AddSingleton<JobQueue>();
        builder.Services.AddSingleton<JobRun>();
        builder.Services.AddScoped<JobFence>();
        builder.Services.AddSingleton(new JobBodies()
            .Add<ProvisionPod>(JobKinds.ProvisionPod)
            .Add<CleanUpPod>(JobKinds.CleanUpPod)
            .Add<StartPod>(JobKinds.StartPod)
            .Add<StopPod>(JobKinds.StopPod)
            .Add<UpdatePod>(JobKinds.UpdatePod));
        builder.Services.AddHostedService<JobRunner>();
    }
}
