using System.Diagnostics.Metrics;
using HpcLinReg.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds models to a service: <c>services.AddHpcLinReg().AddModel("fare", m => m.FromFile("fare.json", watch: true))</c>.</summary>
public static class HpcLinRegServiceCollectionExtensions
{
    /// <summary>The section of the configuration that has the options of models, by their names.</summary>
    internal const string ModelsSection = "HpcLinReg:Models";

    /// <summary>
    /// Adds what serves models: loading, metrics, and the health checks <c>hpclinreg-live</c> (tag <c>live</c>) and <c>hpclinreg-ready</c>
    /// (tag <c>ready</c>).
    /// </summary>
    /// <param name="services">The services.</param>
    /// <returns>A builder for the models.</returns>
    /// <remarks>May be called more than once.</remarks>
    public static IHpcLinRegBuilder AddHpcLinReg(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (services.Any(service => service.ServiceType == typeof(ServedModels)))
        {
            return new HpcLinRegBuilder(services);
        }

        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider =>
            new ServedModels(provider, provider.GetServices<ServedModelName>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ServingServices>();
        services.AddSingleton<IHostedService>(provider => new ModelLoader(
            provider.GetRequiredService<ServedModels>(), provider.GetRequiredService<TimeProvider>(),
            (ILogger?)provider.GetService<ILogger<ModelLoader>>() ?? NullLogger.Instance));
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<ServingServices>().Shadows);
        services.AddSingleton<IValidateOptions<ServedModelOptions>, ServedModelOptionsValidator>();
        services.AddHealthChecks().AddCheck<LiveCheck>("hpclinreg-live", tags: ["live"]).AddCheck<ReadyCheck>("hpclinreg-ready", tags: ["ready"]);
        return new HpcLinRegBuilder(services);
    }

    /// <summary>
    /// Adds a model by a name; <c>[FromKeyedServices("fare")] ServedModel</c> or <see cref="ServedModels"/> give it to who predicts.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name, which requests name it by.</param>
    /// <param name="configure">Says where the model comes from; null where configuration does, or the program publishes it.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The name is empty or taken.</exception>
    /// <remarks>Options are checked when the host starts.</remarks>
    public static IHpcLinRegBuilder AddModel(this IHpcLinRegBuilder builder, string name, Action<ModelSource>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (builder.Services.Any(service => service.ImplementationInstance is ServedModelName known && known.Value == name))
        {
            throw new ArgumentException($"A model named '{name}' was added before; give this one another name.", nameof(name));
        }

        builder.Services.AddSingleton(new ServedModelName(name));
        builder.Services.AddOptions<ServedModelOptions>(name)
            .Configure(options => configure?.Invoke(new ModelSource(options)))
            .Configure<IServiceProvider>((options, provider) => provider.GetService<IConfiguration>()?.GetSection($"{ModelsSection}:{name}").Bind(options))
            .ValidateOnStart();
        builder.Services.AddKeyedSingleton(name, (provider, _) =>
        {
            ServingServices serving = provider.GetRequiredService<ServingServices>();
            return new ServedModel(name, provider.GetRequiredService<IOptionsMonitor<ServedModelOptions>>().Get(name), serving.Metrics,
                serving.Shadows, serving.Time);
        });
        return builder;
    }

    /// <summary>What all models of a host share.</summary>
    internal sealed class ServingServices : IDisposable
    {
        public ServingServices(ServedModels models, TimeProvider time, IServiceProvider provider)
        {
            Time = time;
            // A host has a factory; a plain collection of services may have none, and then nobody can listen.
            Metrics = provider.GetService<IMeterFactory>() is { } factory ? new ServingMetrics(factory, models) : null;
            Shadows = new ShadowQueue(Metrics);
        }

        internal TimeProvider Time { get; }

        internal ServingMetrics? Metrics { get; }

        internal ShadowQueue Shadows { get; }

        public void Dispose()
        {
            Shadows.Dispose();
            Metrics?.Dispose();
        }
    }
}
