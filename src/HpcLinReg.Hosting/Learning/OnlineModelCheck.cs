using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HpcLinReg.Hosting;

/// <summary>Unhealthy: a store failed, so nothing is learned. Degraded: a learner withholds its last rows.</summary>
internal sealed class OnlineModelCheck(IServiceProvider services, IEnumerable<OnlineModelName> names) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        (string Name, LearningStatus Status)[] all =
            [.. names.Select(name => (name.Value, services.GetRequiredKeyedService<OnlineModel>(name.Value).Status))];
        return Task.FromResult(
            all.FirstOrDefault(model => model.Status.Closed is not null) is { Name: { } closed } failed ? HealthCheckResult.Unhealthy($"'{closed}' does not learn: {failed.Status.Closed}")
            : all.FirstOrDefault(model => model.Status.Withheld is not null) is { Name: { } withheld } behind
                ? HealthCheckResult.Degraded($"'{withheld}' publishes nothing new: {behind.Status.Withheld}")
            : HealthCheckResult.Healthy());
    }
}
