using Microsoft.Extensions.DependencyInjection;

namespace HpcLinReg.Hosting;

/// <summary>The builder of <see cref="HpcLinRegServiceCollectionExtensions.AddHpcLinReg"/>.</summary>
internal sealed class HpcLinRegBuilder(IServiceCollection services) : IHpcLinRegBuilder
{
    public IServiceCollection Services { get; } = services;
}
