using System.Net;
using System.Net.Sockets;
using HpcLinReg.Cli.BuiltIn;
using HpcLinReg.Data;
using HpcLinReg.Hosting;
using HpcLinReg.Hosting.AspNetCore;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using OpenTelemetry.Metrics;

namespace HpcLinReg.Cli.Serving;

/// <summary>The service that <c>hpclinreg serve</c> runs.</summary>
internal static class ServeHost
{
    private const string BuiltInName = "longley";

    /// <summary>Prints the addresses and serves until it is stopped. Answers that were begun are finished.</summary>
    /// <exception cref="DataException">A model cannot be served, or a port not be opened.</exception>
    internal static async Task<int> RunAsync(ServeRequest request, CancellationToken stop)
    {
        await using WebApplication app = Create(request);
        try
        {
            await app.StartAsync(stop).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is LearningStoreException or ArgumentException)
        {
            throw new DataException(exception.Message, exception);
        }
        catch (IOException exception)
        {
            throw new DataException($"A port of {request.Address} is in use ({request.Port} or {request.GrpcPort}); choose others with --port and --grpc-port, or 0 for any.", exception);
        }
        catch (SocketException exception)
        {
            throw new DataException($"A port of {request.Address} cannot be opened: {exception.Message}. Ports below 1024 are often reserved; choose another one, or 0 for any.", exception);
        }

        string[] urls = [.. app.Urls];
        foreach (ServedModel model in app.Services.GetRequiredService<ServedModels>())
        {
            string what = model.CurrentOrNull?.Model is { } current ? $"predicts {current.Target} from {string.Join(", ", current.Design.Columns.Select(column => column.Name))}" : "predicts once it has learned enough rows";
            await Console.Out.WriteLineAsync($"{model.Name}: {what}").ConfigureAwait(false);
        }

        await Console.Out.WriteLineAsync($"Models are served at {urls[0]} (a page to try them: {urls[0]}/try), and by gRPC at {urls[1]}{(IPAddress.IsLoopback(request.Address) ? ", on this machine only" : "")}. Ctrl-C ends it.").ConfigureAwait(false);
        await Console.Out.FlushAsync(stop).ConfigureAwait(false);
        await app.WaitForShutdownAsync(stop).ConfigureAwait(false);
        return Failure.Success;
    }

    private static WebApplication Create(ServeRequest request)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ContentRootPath = AppContext.BaseDirectory,
            ApplicationName = "hpclinreg",
        });
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(request.Address, request.Port);
            kestrel.Listen(request.Address, request.GrpcPort, listen => listen.Protocols = HttpProtocols.Http2);
        });
        // Standard output has the addresses; the log goes to standard error, as JSON where a program reads it. A port that is taken gets a
        // sentence of our own.
        builder.Logging.ClearProviders().AddFilter("Microsoft", LogLevel.Warning).AddFilter("Grpc", LogLevel.Warning).AddFilter("Microsoft.Extensions.Hosting", LogLevel.None)
            .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        if (Console.IsErrorRedirected)
        {
            builder.Logging.AddJsonConsole();
        }

        if (IPAddress.IsLoopback(request.Address) && request.Keys.Count == 0)
        {
            // A page of another site cannot ask under a name of its own that leads here.
            builder.Services.AddHostFiltering(filter => filter.AllowedHosts = ["localhost", "127.0.0.1", "[::1]"]);
        }

        AddModels(builder.Services.AddHpcLinReg().AddServing(serving =>
        {
            (serving.Insecure, serving.RequestsPerSecond) = (request.Insecure, request.Rate);
            foreach (ApiKey key in request.Keys)
            {
                serving.Keys.Add(key);
            }
        }), request);
        if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT")))
        {
            builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter("HpcLinReg.Hosting", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime").AddOtlpExporter());
        }

        WebApplication app = builder.Build();
        if (app.Services.GetService<Microsoft.Extensions.Options.IConfigureOptions<HostFilteringOptions>>() is not null)
        {
            app.UseHostFiltering();
        }

        app.MapOpenInference();
        app.MapOpenInferenceGrpc();
        app.MapModels();
        app.MapModelPage();
        app.MapGet("/", () => Microsoft.AspNetCore.Http.Results.Redirect("/try")).ExcludeFromDescription();
        return app;
    }

    private static void AddModels(IHpcLinRegBuilder builder, ServeRequest request)
    {
        if (request.Learn is { } store)
        {
            builder.UseSqlite(store);
        }

        if (request.New is { } fresh)
        {
            builder.AddOnlineModel(fresh.Target, learn => learn.FromNothing(fresh.Design, fresh.Target));
        }
        else if (request.Models.Count == 0)
        {
            RegressionModel longley = LongleyModel.Fit();
            _ = request.Learn is null ? builder.AddModel(BuiltInName, model => model.FromModel(longley))
                : builder.AddOnlineModel(BuiltInName, learn => learn.FromModel(longley));
        }

        foreach ((string name, string path) in request.Models)
        {
            // The host reads the file again; here a bad one gets a message and an exit code.
            RegressionModel loaded = ModelFile.Load(path);
            try
            {
                _ = new ServedModel(name, loaded);
            }
            catch (ArgumentException exception)
            {
                throw new DataException($"{path}: {exception.Message}", exception);
            }

            _ = request.Learn is null ? builder.AddModel(name, model => model.FromFile(path, watch: true))
                : builder.AddOnlineModel(name, learn => learn.FromModel(loaded));
        }
    }
}
