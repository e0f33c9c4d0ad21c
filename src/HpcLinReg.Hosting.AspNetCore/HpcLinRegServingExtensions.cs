using Grpc.AspNetCore.Server;
using HpcLinReg.Hosting;
using HpcLinReg.Hosting.AspNetCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds what serving over the network needs.</summary>
public static class HpcLinRegServingExtensions
{
    private const string Section = "HpcLinReg:Serving";

    /// <summary>
    /// Adds limits, API keys, gRPC and the document of the routes; options come from code and then from the section
    /// <c>HpcLinReg:Serving</c>.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets options; null for the defaults.</param>
    /// <returns>The builder.</returns>
    /// <remarks>
    /// Without keys the service answers this machine only: a host that listens elsewhere does not start, unless
    /// <see cref="ServingOptions.Insecure"/> says that this is meant. The routes over HTTP work without this call, with the defaults.
    /// </remarks>
    public static IHpcLinRegBuilder AddServing(this IHpcLinRegBuilder builder, Action<ServingOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        IServiceCollection services = builder.Services;
        services.AddOptions<ServingOptions>()
            .Configure(options => configure?.Invoke(options))
            .Configure<IServiceProvider>((options, provider) => provider.GetService<IConfiguration>()?.GetSection(Section).Bind(options))
            .ValidateOnStart();
        if (services.Any(service => service.ServiceType == typeof(ServingGuard)))
        {
            return builder;
        }

        services.AddSingleton<IValidateOptions<ServingOptions>, ServingOptionsValidator>();
        services.AddSingleton<ServingGuard>();
        services.AddSingleton<IHostedService, AddressCheck>();
        services.AddGrpc();
        services.AddSingleton<IConfigureOptions<GrpcServiceOptions>>(provider =>
            new ConfigureOptions<GrpcServiceOptions>(grpc =>
                grpc.MaxReceiveMessageSize = provider.GetRequiredService<IOptions<ServingOptions>>().Value.MaxBodyBytes));
        services.AddOpenApi("hpclinreg");
        return builder;
    }
}
