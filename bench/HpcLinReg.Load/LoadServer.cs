using System.Diagnostics;
using System.Net;
using HpcLinReg.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HpcLinReg.Load;

/// <summary>The server of a run, in a process of its own: a model of 32 columns, one that learns, a route that returns a constant, and one that stands still now and then.</summary>
internal static class LoadServer
{
    internal const int Columns = 32;

    /// <summary>Serves until its standard input ends, and then prints collections and pauses.</summary>
    internal static async Task<int> RunAsync(double swapsPerSecond, string store)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        RegressionModel[] models = [Model(1), Model(2)];
        builder.Services.AddHpcLinReg().AddModel("wide", m => m.FromModel(models[0])).AddOnlineModel("live", learn => learn.FromModel(models[0])).UseSqlite(store);
        await using WebApplication app = builder.Build();
        app.MapOpenInference();
        app.MapModels();
        byte[] constant = System.Text.Encoding.UTF8.GetBytes(new string('7', 230));
        app.MapPost("/constant", async (HttpContext context) =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null).ConfigureAwait(false);
            context.Response.ContentLength = constant.Length;
            await context.Response.Body.WriteAsync(constant).ConfigureAwait(false);
        });
        app.MapPost("/stalling", Stalling());
        await app.StartAsync().ConfigureAwait(false);
        using var stop = new CancellationTokenSource();
        Task swapping = SwapAsync(app.Services.GetRequiredKeyedService<ServedModel>("wide"), models, swapsPerSecond, stop.Token);
        await Console.Out.WriteLineAsync(app.Urls.First()).ConfigureAwait(false);
        await Console.In.ReadToEndAsync(CancellationToken.None).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        await swapping.ConfigureAwait(false);
        await Console.Out.WriteLineAsync($"collections {GC.CollectionCount(0)}/{GC.CollectionCount(1)}/{GC.CollectionCount(2)}, pauses {GC.GetTotalPauseDuration().TotalMilliseconds:F1} ms in all, working set {Environment.WorkingSet >> 20} MiB").ConfigureAwait(false);
        return 0;
    }

    /// <summary>Makes a model of 32 columns.</summary>
    internal static RegressionModel Model(int seed)
    {
        var random = new Random(seed);
        ColumnTable table = new();
        double[] y = new double[400];
        for (int j = 0; j < Columns; j++)
        {
            double[] x = [.. Enumerable.Range(0, y.Length).Select(_ => random.NextDouble())];
            for (int i = 0; i < y.Length; i++)
            {
                y[i] += (j + seed) * x[i];
            }

            table[$"x{j}"] = x;
        }

        table["y"] = y.Select(value => value + (random.NextDouble() / 10)).ToArray();
        return RegressionModel.Fit(table, "y", [.. Enumerable.Range(0, Columns).Select(j => Feature.Column($"x{j}"))]);
    }

    /// <summary>Stands still for 100 ms every 10 s, all callers together.</summary>
    private static RequestDelegate Stalling()
    {
        long began = Stopwatch.GetTimestamp();
        return async context =>
        {
            double into = Stopwatch.GetElapsedTime(began).TotalMilliseconds % 10_000;
            if (into is >= 5000 and < 5100)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5100 - into)).ConfigureAwait(false);
            }

            context.Response.ContentLength = 2;
            await context.Response.WriteAsync("ok").ConfigureAwait(false);
        };
    }

    private static async Task SwapAsync(ServedModel served, RegressionModel[] models, double perSecond, CancellationToken stop)
    {
        for (int i = 1; perSecond > 0 && !stop.IsCancellationRequested; i++)
        {
            served.Publish(models[i % models.Length]);
            await Task.Delay(TimeSpan.FromSeconds(1 / perSecond), CancellationToken.None).ConfigureAwait(false);
        }
    }
}
