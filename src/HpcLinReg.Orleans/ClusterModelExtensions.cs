using HpcLinReg.Hosting;
using HpcLinReg.Orleans;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Serves what a cluster learns.</summary>
public static class ClusterModelExtensions
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>Serves a model of streams: each version of the cluster is current here within two seconds, with its number.</summary>
    /// <param name="builder">The builder. The host is a silo or a client of the cluster.</param>
    /// <param name="name">The name of the model in the cluster and in the service.</param>
    /// <returns>The builder.</returns>
    /// <remarks>The service is ready before the model's first version, because the rows for it may come later.</remarks>
    public static IHpcLinRegBuilder AddClusterModel(this IHpcLinRegBuilder builder, string name)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddModel(name, source => source.Options.Required = false);
        builder.Services.AddSingleton<IHostedService>(provider =>
        {
            ServedModel served = provider.GetRequiredKeyedService<ServedModel>(name);
            served.LearnedBy("the cluster");
            return new ModelFollower(served, provider.GetRequiredService<IGrainFactory>(), Interval,
                provider.GetRequiredService<ILogger<ModelFollower>>());
        });
        return builder;
    }

    /// <summary>Keeps the logs of models that learn in this service on the cluster.</summary>
    /// <param name="builder">The builder. The host is a client of the cluster, or a silo.</param>
    /// <returns>The builder.</returns>
    public static IHpcLinRegBuilder UseCluster(this IHpcLinRegBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton<ILearningStore>(provider => new GrainLearningStore(provider.GetRequiredService<IGrainFactory>()));
        return builder;
    }
}
