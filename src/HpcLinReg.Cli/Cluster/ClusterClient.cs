using HpcLinReg.Data;
using HpcLinReg.Orleans;
using Orleans.Configuration;

namespace HpcLinReg.Cli.Cluster;

/// <summary>Submits fits to a cluster, waits for them, and removes them.</summary>
internal static class ClusterClient
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Returns the bytes of the merged moments.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="job">The job's name.</param>
    /// <param name="isKept">Whether the cluster keeps the job, so that its result can be fetched again.</param>
    /// <param name="plan">The plan's JSON.</param>
    /// <param name="progress">Is given how the job stands.</param>
    /// <param name="stop">Ends the waiting, and not the job.</param>
    /// <exception cref="DataException">No Redis or no silo answers, or the job failed.</exception>
    internal static Task<byte[]> RunAsync(ClusterAddress cluster, string job, bool isKept, byte[] plan,
        IProgress<FitJobProgress> progress, CancellationToken stop) => AskAsync(cluster, async grains =>
        {
            byte[] moments = await ClusterFit.RunAsync(grains, job, plan, progress, Patience, stop).ConfigureAwait(false);
            if (!isKept)
            {
                await RemoveAsync(grains.GetGrain<IFitJobGrain>(job), job, cluster).ConfigureAwait(false);
            }

            return moments;
        }, stop);

    /// <summary>Ends a job, and removes what the cluster has stored for it; returns whether there was one.</summary>
    /// <exception cref="DataException">No Redis or no silo answers.</exception>
    internal static Task<bool> RemoveAsync(ClusterAddress cluster, string job, CancellationToken stop) =>
        AskAsync(cluster, grains => ClusterFit.RemoveAsync(grains, job, Patience, stop), stop);

    private static async Task<T> AskAsync<T>(ClusterAddress cluster, Func<IGrainFactory, Task<T>> ask, CancellationToken stop)
    {
        await cluster.RequireAsync(stop).ConfigureAwait(false);
        using IHost host = Create(cluster);
        try
        {
            using var connecting = CancellationTokenSource.CreateLinkedTokenSource(stop);
            connecting.CancelAfter(Patience);
            await host.StartAsync(connecting.Token).ConfigureAwait(false);
            return await ask(host.Services.GetRequiredService<IGrainFactory>()).ConfigureAwait(false);
        }
        catch (Exception exception) when (!stop.IsCancellationRequested
            && exception is OperationCanceledException or TimeoutException or OrleansException)
        {
            throw new DataException($"No silo of the cluster '{cluster.Name}' at {cluster.Redis} has answered for {Patience.TotalMinutes:F0} minutes; start some by: hpclinreg cluster silo --redis {cluster.Redis} --data DIR.", exception);
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

    private static IHost Create(ClusterAddress cluster)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "hpclinreg" });
        builder.Services.AddSingleton<IHostLifetime, CommandLifetime>();
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
        return builder.Build();
    }

    /// <summary>
    /// Removes a job that is done. Where that fails something is left in the storage, and the result is there all the same.
    /// </summary>
    private static async Task RemoveAsync(IFitJobGrain job, string name, ClusterAddress cluster)
    {
        try
        {
            await job.Remove().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Silos and storages throw exceptions of their own.
        catch (Exception)
#pragma warning restore CA1031
        {
            Failure.Warn($"The cluster gave no answer, and keeps what it stored for this fit; remove it by: hpclinreg cluster remove {name} --redis {cluster.Redis}");
        }
    }
}
