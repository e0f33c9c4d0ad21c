using HpcLinReg.Orleans;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Orleans.Hosting;

/// <summary>Adds HpcLinReg to silos and clients of Orleans.</summary>
public static class OrleansHostingExtensions
{
    /// <summary>Lets a silo take part in fits, streams and models.</summary>
    /// <param name="silo">
    /// The silo, with a clustering and a grain storage named <see cref="ClusterStorage.Name"/> of the host's choice.
    /// </param>
    /// <param name="configure">Changes the options.</param>
    /// <returns>The silo.</returns>
    public static ISiloBuilder AddHpcLinReg(this ISiloBuilder silo, Action<ClusterFitOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(silo);
        OptionsBuilder<ClusterFitOptions> options = silo.Services.AddOptions<ClusterFitOptions>();
        options.Configure(configure ?? (_ => { }));
        options.Validate(given => given.Problem() is null, "The options of HpcLinReg's fits in a cluster are wrong: PartsAtOnce is 1 to 1024, times are positive, and the data folder exists.").ValidateOnStart();
        silo.Services.TryAddSingleton(TimeProvider.System);
        silo.Services.TryAddSingleton<PartSlots>();
        silo.Services.TryAddSingleton<PlanCache>();
        return silo;
    }

    /// <summary>Lets a silo declare others dead within seconds; by Orleans' own settings that takes up to minutes.</summary>
    /// <param name="silo">The silo.</param>
    /// <returns>The silo.</returns>
    /// <remarks>
    /// Probes each second, two missed ones and one vote for a death, the table read every two seconds. A silo whose machine stands still
    /// for longer than that is declared dead and ends when it wakes: use it where that is better than waiting. All silos need the same
    /// settings.
    /// </remarks>
    public static ISiloBuilder UseQuickFailureDetection(this ISiloBuilder silo)
    {
        ArgumentNullException.ThrowIfNull(silo);
        silo.Services.Configure<ClusterMembershipOptions>(membership =>
        {
            membership.ProbeTimeout = TimeSpan.FromSeconds(1);
            membership.NumMissedProbesLimit = 2;
            membership.NumVotesForDeathDeclaration = 1;
            membership.TableRefreshTimeout = TimeSpan.FromSeconds(2);
        });
        return silo;
    }

    /// <summary>Lets a client notice within seconds that its gateway is gone.</summary>
    /// <param name="client">The client.</param>
    /// <returns>The client.</returns>
    public static IClientBuilder UseQuickFailureDetection(this IClientBuilder client)
    {
        ArgumentNullException.ThrowIfNull(client);
        client.Services.Configure<GatewayOptions>(gateways => gateways.GatewayListRefreshPeriod = TimeSpan.FromSeconds(3));
        client.Services.Configure<ClientMessagingOptions>(messages => messages.ResponseTimeout = TimeSpan.FromSeconds(3));
        return client;
    }
}
