using HpcLinReg.Data;
using HpcLinReg.Orleans;
using Orleans.Configuration;

namespace HpcLinReg.Cli.Cluster;

/// <summary>Submits a fit to a cluster and waits for it.</summary>
internal static class ClusterClient
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Returns the bytes of the merged moments.</summary>
    /// <exception cref="DataException">No Redis or no silo answers, or the job failed.</exception>
    internal static async Task<byte[]> RunAsync(ClusterAddress cluster, string job, byte[] plan, IProgress<FitJobProgress> progress,
        CancellationToken stop)
    {
        await cluster.RequireAsync(stop).ConfigureAwait(false);
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "hpclinreg" });
        builder.UseOrleansClient(client =>
        {
            client.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (cluster.Name, cluster.Name));
            client.UseRedisClustering(options => options.ConfigurationOptions = cluster.Connection);
            client.UseQuickFailureDetection();
            client.UseConnectionRetryFilter(async (_, token) =>
            {
                await Task.Delay(TimeSpan.FromMilliseconds(500), token).ConfigureAwait(false);
                return true;
            });
        });
        using IHost host = builder.Build();
        try
        {
            using var connecting = CancellationTokenSource.CreateLinkedTokenSource(stop);
            connecting.CancelAfter(Patience);
            await host.StartAsync(connecting.Token).ConfigureAwait(false);
            return await ClusterFit.RunAsync(host.Services.GetRequiredService<IGrainFactory>(), job, plan, progress, Patience,
                stop).ConfigureAwait(false);
        }
        catch (Exception exception) when (!stop.IsCancellationRequested && exception is OperationCanceledException or TimeoutException)
        {
            throw new DataException($"No silo of the cluster '{cluster.Name}' at {cluster.Redis} has answered for {Patience.TotalMinutes:F0} minutes; start some by: hpclinreg cluster silo --redis {cluster.Redis} --data DIR. {(exception as TimeoutException)?.Message}", exception);
        }
        catch (FitJobException exception)
        {
            throw new DataException(exception.Message, exception);
        }
        catch (ArgumentException exception)
        {
            throw new UsageException(exception.Message.Split(" (Parameter", 2)[0], exception);
        }
        finally
        {
            await host.StopAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }
}
