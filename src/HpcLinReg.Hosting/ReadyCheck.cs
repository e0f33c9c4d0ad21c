using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HpcLinReg.Hosting;

/// <summary>
/// Ready: every required model has a version. Degraded: a model's file cannot be used as it is, and the version before it answers.
/// </summary>
internal sealed class ReadyCheck(ServedModels models) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        HealthStatus status = HealthStatus.Healthy;
        List<string> words = [];
        foreach (ServedModel model in models)
        {
            if (model.CurrentOrNull is null && model.IsRequired)
            {
                status = HealthStatus.Unhealthy;
                words.Add($"'{model.Name}' has no version{(model.LoadError is { } error ? $": {error}" : "")}");
            }
            else if (model.LoadError is { } error)
            {
                status = status == HealthStatus.Healthy ? HealthStatus.Degraded : status;
                words.Add($"'{model.Name}' goes on with version {model.CurrentOrNull?.Version ?? 0}: {error}");
            }
        }

        return Task.FromResult(new HealthCheckResult(status, words.Count == 0 ? "Every model has a version." : string.Join("; ", words)));
    }
}
