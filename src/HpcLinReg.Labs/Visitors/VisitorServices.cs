using Microsoft.AspNetCore.Components.Server.Circuits;

namespace HpcLinReg.Labs.Visitors;

/// <summary>Registers the services that are kept for visitors.</summary>
internal static class VisitorServices
{
    internal static void AddVisitors(this IServiceCollection services, TimeProvider time)
    {
        services.AddSingleton<VisitorCount>();
        services.AddSingleton(time);
        services.AddScoped<VisitorPlace>();
        services.AddScoped<CircuitHandler, IdleVisitor>();
    }
}
