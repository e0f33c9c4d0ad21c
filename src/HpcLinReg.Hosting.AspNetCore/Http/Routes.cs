using System.Reflection;
using HpcLinReg.Hosting.AspNetCore.Tensors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HpcLinReg.Hosting.AspNetCore.Http;

/// <summary>Maps routes behind the guard, with refusals in the form that their callers read.</summary>
internal sealed class Routes(IEndpointRouteBuilder endpoints, string tag, bool isProtocol)
{
    private readonly RouteGroupBuilder _group = endpoints.MapGroup("");

    internal RouteGroupBuilder Group => _group;

    internal ServedModels Models { get; } = endpoints.ServiceProvider.GetService<ServedModels>()
        ?? throw new InvalidOperationException("No models are added; call builder.Services.AddHpcLinReg().AddModel(…) before the routes are mapped.");

    internal ServingGuard Guard { get; } = endpoints.ServiceProvider.GetService<ServingGuard>()
        ?? new ServingGuard(Options.Create(new ServingOptions()));

    private ILogger Logger { get; } = endpoints.ServiceProvider.GetRequiredService<ILoggerFactory>().CreateLogger("HpcLinReg.Hosting.AspNetCore");

    internal void Get(string pattern, ApiScope? scope, string description, Func<HttpContext, Task> handler) =>
        Map("GET", pattern, scope, description, handler);

    internal void Post(string pattern, ApiScope? scope, string description, Func<HttpContext, Task> handler) =>
        Map("POST", pattern, scope, description, handler);

    /// <summary>Returns a value of the route, decoded.</summary>
    internal static string? Value(HttpContext context, string name) => context.Request.RouteValues[name] as string;

    /// <summary>Returns the version that a request is answered with.</summary>
    internal ModelSnapshot Find(HttpContext context, string? version, out ServedModel served) =>
        Inference.Find(Models, Value(context, "name") ?? "", version, context.Request.Headers[Inference.KeyHeader].ToString(), out served);

    /// <param name="method">GET or POST.</param>
    /// <param name="pattern">The route.</param>
    /// <param name="scope">What a key has to permit; null for probes, which have none.</param>
    /// <param name="summary">What it does; the document of the interface has it.</param>
    /// <param name="handler">Answers.</param>
    private void Map(string method, string pattern, ApiScope? scope, string summary, Func<HttpContext, Task> handler)
    {
        // The document of the interface takes parameters and body from a method; the delegate itself reads the body without a binder.
        string name = pattern.Contains("{version}", StringComparison.Ordinal) ? nameof(Documented.Versioned)
            : pattern.Contains("{name}", StringComparison.Ordinal) ? nameof(Documented.Named) : nameof(Documented.Plain);
        name = handler.Method.GetCustomAttribute<DocumentedAsAttribute>()?.Method ?? name;
        MethodInfo documented = typeof(Documented).GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic)!;
        _group.MapMethods(pattern, [method], Guarded(scope, handler))
            .WithMetadata([documented, .. documented.GetParameters().Select(parameter => new DocumentedParameter(parameter))])
            .WithTags(tag)
            .WithSummary(summary);
    }

    private RequestDelegate Guarded(ApiScope? scope, Func<HttpContext, Task> handler) => async context =>
    {
        try
        {
            if (scope is { } needed)
            {
                Guard.Require(context, needed);
            }

            await handler(context).ConfigureAwait(false);
        }
        catch (RefusedException refusal) when (!context.Response.HasStarted)
        {
            await Answers.RefuseAsync(context, refusal, isProtocol).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller is gone.
        }
#pragma warning disable CA1031 // A caller gets a refusal of the protocol's form, whatever went wrong; the log has the rest.
        catch (Exception exception) when (!context.Response.HasStarted)
#pragma warning restore CA1031
        {
            ServingLog.Failed(Logger, exception, context.Request.Path);
            await Answers.RefuseAsync(context, new RefusedException(500, "The service failed; its log says how."), isProtocol).ConfigureAwait(false);
        }
    };
}
