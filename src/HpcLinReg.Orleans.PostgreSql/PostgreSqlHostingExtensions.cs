using HpcLinReg.Orleans;
using HpcLinReg.Orleans.PostgreSql;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Orleans.Storage;

namespace Orleans.Hosting;

/// <summary>Keeps what HpcLinReg's grains store in PostgreSQL.</summary>
public static class PostgreSqlHostingExtensions
{
    /// <summary>Registers a storage in PostgreSQL under <see cref="ClusterStorage.Name"/>.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="connectionString">The connection, as Npgsql takes it. Its user may create a table, or the table is there.</param>
    /// <returns>The silo.</returns>
    public static ISiloBuilder UsePostgreSql(this ISiloBuilder silo, string connectionString)
    {
        ArgumentNullException.ThrowIfNull(silo);
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        silo.Services.AddKeyedSingleton<IGrainStorage>(ClusterStorage.Name,
            (provider, _) => new PostgreSqlGrainStorage(connectionString, provider.GetRequiredService<Serializer>()));
        return silo;
    }
}
