using System.Net;
using HpcLinReg.Hosting.AspNetCore;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace HpcLinReg.Hosting.Tests.Wire;

/// <summary>A server on ports of loopback that the system chooses: one for HTTP/1.1, one for HTTP/2.</summary>
internal sealed class Server : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Server(WebApplication app)
    {
        _app = app;
        string[] urls = [.. app.Urls];
        Client = new HttpClient { BaseAddress = new Uri(urls[0]) };
        GrpcAddress = urls[1];
    }

    internal HttpClient Client { get; }

    internal string GrpcAddress { get; }

    internal IServiceProvider Services => _app.Services;

    internal ServedModel this[string name] => Services.GetRequiredKeyedService<ServedModel>(name);

    internal static async Task<Server> StartAsync(Action<IHpcLinRegBuilder> models, Action<ServingOptions>? serving = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        models(builder.Services.AddHpcLinReg().AddServing(serving));
        WebApplication app = builder.Build();
        app.MapOpenInference();
        app.MapModels();
        app.MapModelPage();
        app.MapOpenInferenceGrpc();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new Server(app);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
