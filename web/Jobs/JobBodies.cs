using Coravel.Invocable;

namespace Pinacle.Web.Jobs;

/// <summary>Which invocable is the body of which kind. Each is <see cref="IInvocable"/>, takes its <see cref="JobClaim"/> as payload, and may be cancelled.</summary>
public sealed class JobBodies
{
    private readonly Dictionary<string, Type> bodies = new(StringComparer.Ordinal);

    public JobBodies Add<TBody>(string kind)
        where TBody : IInvocable, IInvocableWithPayload<JobClaim>, ICancellableInvocable
    {
        bodies.Add(kind, typeof(TBody));
        return this;
    }

    /// <summary>Runs the body of a claimed job to its end.</summary>
    public async Task Run(IServiceProvider scope, JobClaim claim, CancellationToken cancellationToken)
    {
        if (!bodies.TryGetValue(claim.Kind, out var type))
            throw new InvalidOperationException($"cannot run {claim.Kind} {claim.JobId}: this version of web does not know the kind");
        var body = (IInvocable)ActivatorUtilities.CreateInstance(scope, type);
        ((IInvocableWithPayload<JobClaim>)body).Payload = claim;
        ((ICancellableInvocable)body).CancellationToken = cancellationToken;
        await body.Invoke();
    }
}
