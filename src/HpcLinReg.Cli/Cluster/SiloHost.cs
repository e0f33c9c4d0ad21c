using System.Net;
using System.Net.Sockets;
using HpcLinReg.Data;
using HpcLinReg.Orleans;
using Microsoft.AspNetCore.Connections;
using Orleans.Configuration;
using Orleans.Serialization;
using Orleans.Storage;

namespace HpcLinReg.Cli.Cluster;

/// <summary>The silo that <c>hpclinreg cluster silo</c> runs.</summary>
internal static class SiloHost
{
    /// <summary>Joins the cluster, prints where, and works for it until it is stopped.</summary>
    /// <exception cref="DataException">Redis does not answer, a port is in use, or the folder is missing.</exception>
    internal static async Task<int> RunAsync(SiloRequest request, CancellationToken stop)
    {
        if (!Directory.Exists(request.Data))
        {
            throw new DataException($"There is no folder {request.Data}; name the one with the files by --data.");
        }

        await request.Cluster.RequireAsync(stop).ConfigureAwait(false);
        try
        {
            return await ServeAsync(request, stop).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is SocketException or AddressInUseException)
        {
            throw new DataException($"A port of {request.Address} cannot be opened: {exception.Message.TrimEnd('.')}. Name an address of this machine by --host, and ports that are free by --port and --gateway-port, or 0 for any.", exception);
        }
    }

    private static async Task<int> ServeAsync(SiloRequest request, CancellationToken stop)
    {
        int port = request.Port > 0 ? request.Port : FreePort(request.Address), gateway = request.GatewayPort > 0 ? request.GatewayPort
            : FreePort(request.Address);
        using IHost host = Create(request, port, gateway);
        await host.StartAsync(stop).ConfigureAwait(false);
        await Console.Out.WriteLineAsync($"A silo of the cluster '{request.Cluster.Name}' works at {request.Address}:{port}, for files below {Path.GetFullPath(request.Data)}. Ctrl-C ends it.").ConfigureAwait(false);
        await Console.Out.FlushAsync(stop).ConfigureAwait(false);
        await host.WaitForShutdownAsync(stop).ConfigureAwait(false);
        return Failure.Success;
    }

    private static IHost Create(SiloRequest request, int port, int gateway)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "hpclinreg" });
        // What silos say to each other while others come and go is no news to who started this one; parts that fail are.
        builder.Logging.AddFilter("Orleans", LogLevel.Critical).AddFilter("Microsoft.Orleans", LogLevel.Critical)
            .AddFilter("Microsoft", LogLevel.Warning).AddFilter("Microsoft.Extensions.Hosting", LogLevel.None).AddFilter("Polly", LogLevel.None)
            // Orleans writes under the storage's name when it fails; the grains say it in a line.
            .AddFilter("HpcLinReg.Orleans.PostgreSql", LogLevel.None)
            .AddSimpleConsole(console => (console.SingleLine, console.TimestampFormat) = (true, "HH:mm:ss "))
            .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddSingleton<IHostLifetime, CommandLifetime>().AddSingleton<SiloEnd>()
            .AddSingleton<IFatalErrorHandler>(services => services.GetRequiredService<SiloEnd>());
        builder.UseOrleans(silo =>
        {
            silo.Configure<SiloOptions>(options => options.SiloName = $"{request.Address}:{port}");
            silo.Configure<ClusterOptions>(options =>
                (options.ClusterId, options.ServiceId) = (request.Cluster.Name, request.Cluster.Name));
            silo.UseRedisClustering(options => options.ConfigurationOptions = request.Cluster.Connection);
            silo.ConfigureEndpoints(request.Address, port, gateway, listenOnAnyHostAddress: false);
            if (!request.IsPatient)
            {
                silo.UseQuickFailureDetection();
            }

            if (request.PostgreSql is { } connection)
            {
                silo.UsePostgreSql(connection);
            }
            else
            {
                silo.AddRedisGrainStorage(ClusterStorage.Name, storage => storage.Configure<Serializer>((options, serializer) =>
                {
                    options.ConfigurationOptions = request.Cluster.Connection;
                    options.GrainStorageSerializer = new OrleansGrainStorageSerializer(serializer);
                    options.DeleteStateOnClear = true;
                }));
            }

            silo.AddHpcLinReg(options =>
            {
                options.DataFolder = Path.GetFullPath(request.Data);
                options.PartsAtOnce = request.Parts > 0 ? request.Parts : options.PartsAtOnce;
            });
        });
        // After the silo itself, so that its entry is there when the watch begins.
        builder.Services.AddSingleton(request.Cluster).AddHostedService<MembershipWatch>();
        return builder.Build();
    }

    private static int FreePort(IPAddress address)
    {
        using TcpListener listener = new(address, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
