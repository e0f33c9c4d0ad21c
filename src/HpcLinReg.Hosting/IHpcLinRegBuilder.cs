using Microsoft.Extensions.DependencyInjection;

namespace HpcLinReg.Hosting;

/// <summary>Adds models to a service; <see cref="HpcLinRegServiceCollectionExtensions.AddHpcLinReg"/> returns one.</summary>
public interface IHpcLinRegBuilder
{
    /// <summary>Gets the services that models are added to.</summary>
    IServiceCollection Services { get; }
}
