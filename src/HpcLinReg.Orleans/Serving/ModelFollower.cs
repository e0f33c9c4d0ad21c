using HpcLinReg.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HpcLinReg.Orleans;

/// <summary>Publishes the versions of a model of streams in this service.</summary>
/// <remarks>While the cluster does not answer, the last version goes on predicting.</remarks>
internal sealed partial class ModelFollower(ServedModel served, IGrainFactory grains, TimeSpan interval, ILogger<ModelFollower> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(interval);
        bool isLost = false;
        do
        {
            try
            {
                long known = served.CurrentOrNull?.Version ?? 0;
                ModelVersion current = await grains.GetGrain<IModelGrain>(served.Name).Current(known);
                if (current.Model is { } model && current.Version > known)
                {
                    served.PublishLearned(RegressionModel.FromJson(model), current.Version);
                }

                isLost = false;
            }
#pragma warning disable CA1031 // No answer, whatever the reason, is a fault of the cluster; the next one is asked for.
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                if (!isLost)
                {
                    Lost(logger, exception, served.Name);
                }

                isLost = true;
            }
        }
        while (await WaitAsync(timer, stoppingToken));
    }

    private static async Task<bool> WaitAsync(PeriodicTimer timer, CancellationToken stoppingToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The cluster gives no version of the model {Model}; the last one goes on predicting.")]
    private static partial void Lost(ILogger logger, Exception exception, string model);
}
