using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Serialization;
using Orleans.Storage;

namespace HpcLinReg.Orleans.Tests;

/// <summary>Silos in this process, over one storage that outlives them.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    private readonly List<IHost> _silos = [];
    private readonly Func<IServiceProvider, IGrainStorage> _storage;
    private readonly Action<ClusterFitOptions>? _configure;
    private IPEndPoint? _first;

    private Cluster(Func<IServiceProvider, IGrainStorage> storage, Action<ClusterFitOptions>? configure) => (_storage, _configure) = (storage, configure);

    /// <summary>Gets the grains, as the first silo calls them.</summary>
    internal IGrainFactory Grains => _silos[0].Services.GetRequiredService<IGrainFactory>();

    internal IReadOnlyList<IHost> Silos => _silos;

    internal static Task<Cluster> StartAsync(int silos, SharedStorage storage, Action<ClusterFitOptions>? configure = null) =>
        StartAsync(silos, provider => storage.For(provider.GetRequiredService<Serializer>()), configure);

    internal static async Task<Cluster> StartAsync(int silos, Func<IServiceProvider, IGrainStorage> storage, Action<ClusterFitOptions>? configure = null)
    {
        Cluster cluster = new(storage, configure);
        for (int i = 0; i < silos; i++)
        {
            await cluster.AddSiloAsync();
        }

        return cluster;
    }

    internal async Task<IHost> AddSiloAsync(Action<IServiceCollection>? services = null)
    {
        int port = FreePort(), gateway = FreePort();
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(port, gateway, _first, "hpclinreg", "hpclinreg");
            silo.UseQuickFailureDetection();
            silo.AddHpcLinReg(_configure);
            silo.Services.AddKeyedSingleton(ClusterStorage.Name, (provider, _) => _storage(provider));
        });
        builder.Logging.SetMinimumLevel(LogLevel.None);
        services?.Invoke(builder.Services);
        IHost host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        _first ??= new IPEndPoint(IPAddress.Loopback, port);
        _silos.Add(host);
        return host;
    }

    /// <summary>Ends a silo without letting it say so.</summary>
    internal async Task KillAsync(IHost silo)
    {
        _silos.Remove(silo);
        await silo.StopAsync(new CancellationToken(canceled: true));
        silo.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IHost? silo in _silos.AsEnumerable().Reverse())
        {
            await silo.StopAsync();
            silo.Dispose();
        }
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
