using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HpcLinReg.Hosting;

/// <summary>Live: the process answers. Nothing about models belongs here, or a bad file would restart the process.</summary>
internal sealed class LiveCheck : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(HealthCheckResult.Healthy());
}
