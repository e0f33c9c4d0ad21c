using Microsoft.Extensions.Options;
using Orleans.Clustering.Redis;
using Orleans.Configuration;
using StackExchange.Redis;

namespace HpcLinReg.Cli.Cluster;

/// <summary>
/// Ends a silo whose entry in Redis is gone: Redis came back without its data, and Orleans would let the silo run on for ever, unseen by
/// clients and by the silos that start later.
/// </summary>
internal sealed class MembershipWatch(ClusterAddress cluster, ILocalSiloDetails silo, IOptions<RedisClusteringOptions> redis,
    IOptions<ClusterOptions> names, SiloEnd end) : BackgroundService
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(3);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(cluster.Connection).ConfigureAwait(false);
        RedisKey members = redis.Value.CreateRedisKey(names.Value);
        using PeriodicTimer timer = new(Between);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            if (await IsGoneAsync(connection.GetDatabase(), members).ConfigureAwait(false) && !stoppingToken.IsCancellationRequested)
            {
                end.Now($"The Redis at {cluster.Redis} does not know this silo any more: it lost its data, and the jobs in it. Start all silos again, and submit the fits again.");
            }
        }
    }

    private async Task<bool> IsGoneAsync(IDatabase database, RedisKey members)
    {
        try
        {
            return !await database.HashExistsAsync(members, silo.SiloAddress.ToString()).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            // A Redis that gives no answer has lost nothing so far as is known.
            return false;
        }
    }
}
