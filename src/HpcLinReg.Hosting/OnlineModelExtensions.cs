using HpcLinReg.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds models that learn while they are served.</summary>
public static class OnlineModelExtensions
{
    /// <summary>
    /// Adds a model that learns from rows; <c>[FromKeyedServices("load")] OnlineModel</c> gives it to who learns, <see cref="ServedModel"/>
    /// to who predicts.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name, which requests name it by.</param>
    /// <param name="configure">Says what it begins with, and how it forgets.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The name is taken, or an option is out of its range; the message says which.</exception>
    /// <remarks>
    /// It needs an <see cref="ILearningStore"/>. The health check <c>hpclinreg-learning</c> (tag <c>learning</c>) is Unhealthy when the
    /// store failed; it is not one of the checks of readiness, because predictions go on.
    /// </remarks>
    public static IHpcLinRegBuilder AddOnlineModel(this IHpcLinRegBuilder builder, string name, Action<LearningOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        LearningOptions options = new();
        configure(options);
        if (options.Problem() is { } problem)
        {
            throw new ArgumentException($"The model '{name}' {problem}.", nameof(configure));
        }

        bool isFirst = !builder.Services.Any(service => service.ServiceType == typeof(OnlineModelName));
        // From nothing there is no version until rows have come, and they come only to a service that is ready.
        builder.AddModel(name, source => source.Options.Required = options.Design is null);
        builder.Services.AddSingleton(new OnlineModelName(name));
        builder.Services.AddKeyedSingleton(name, (provider, _) =>
            new OnlineModel(provider.GetRequiredKeyedService<ServedModel>(name), options,
                provider.GetRequiredService<HpcLinRegServiceCollectionExtensions.ServingServices>().Metrics,
                provider.GetService<ILogger<OnlineModel>>()));
        if (isFirst)
        {
            builder.Services.AddSingleton<IHostedService>(provider =>
                new OnlineModelService(provider, provider.GetServices<OnlineModelName>()));
            builder.Services.AddHealthChecks().AddCheck<OnlineModelCheck>("hpclinreg-learning", tags: ["learning"]);
        }

        return builder;
    }
}
