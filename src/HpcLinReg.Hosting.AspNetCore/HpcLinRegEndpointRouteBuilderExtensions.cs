using HpcLinReg.Hosting.AspNetCore;
using HpcLinReg.Hosting.AspNetCore.Http;
using HpcLinReg.Hosting.Grpc;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the routes that serve models.</summary>
public static class HpcLinRegEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps the Open Inference Protocol v2 over HTTP below <c>/v2</c>, with binary tensors and the index of the repository.
    /// </summary>
    /// <param name="endpoints">The application.</param>
    /// <returns>The routes, for policies of the application's own.</returns>
    /// <exception cref="InvalidOperationException">No models are added.</exception>
    public static IEndpointConventionBuilder MapOpenInference(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        return new OpenInference(endpoints).Group;
    }

    /// <summary>Maps the routes for people below <c>/models</c>: rows by name, versions, promoting and rolling back.</summary>
    /// <param name="endpoints">The application.</param>
    /// <returns>The routes, for policies of the application's own.</returns>
    /// <exception cref="InvalidOperationException">No models are added.</exception>
    public static IEndpointConventionBuilder MapModels(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        return new ModelRoutes(endpoints).Group;
    }

    /// <summary>Maps the Open Inference Protocol v2 over gRPC; its port must speak HTTP/2.</summary>
    /// <param name="endpoints">The application.</param>
    /// <returns>The service, for policies of the application's own.</returns>
    /// <exception cref="InvalidOperationException">The services lack <see cref="HpcLinRegServingExtensions.AddServing"/>.</exception>
    public static IEndpointConventionBuilder MapOpenInferenceGrpc(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        _ = endpoints.ServiceProvider.GetService<ServingGuard>() ?? throw new InvalidOperationException("gRPC needs services of its own; call AddHpcLinReg().AddServing().");
        return endpoints.MapGrpcService<InferenceService>();
    }

    /// <summary>
    /// Maps a page to try predictions at <c>/try</c>, and the document of all routes, OpenAPI 3.1, at <c>/openapi/hpclinreg.json</c>.
    /// </summary>
    /// <param name="endpoints">The application.</param>
    /// <returns>The page.</returns>
    /// <exception cref="InvalidOperationException">The services lack <see cref="HpcLinRegServingExtensions.AddServing"/>.</exception>
    public static IEndpointConventionBuilder MapModelPage(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        _ = endpoints.ServiceProvider.GetService<ServingGuard>() ?? throw new InvalidOperationException("The page needs services of its own; call AddHpcLinReg().AddServing().");
        endpoints.MapOpenApi("/openapi/{documentName}.json");
        return endpoints.MapGet("/try", async context =>
        {
            using Stream page = typeof(ModelRoutes).Assembly.GetManifestResourceStream("try.html")!;
            context.Response.ContentType = "text/html; charset=utf-8";
            context.Response.Headers.ContentSecurityPolicy = "default-src 'self'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; frame-ancestors 'none'";
            context.Response.Headers.XContentTypeOptions = "nosniff";
            await page.CopyToAsync(context.Response.Body, context.RequestAborted).ConfigureAwait(false);
        }).ExcludeFromDescription();
    }
}
