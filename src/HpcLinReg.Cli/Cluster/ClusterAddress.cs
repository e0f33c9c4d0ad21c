using HpcLinReg.Data;
using StackExchange.Redis;

namespace HpcLinReg.Cli.Cluster;

/// <summary>Which cluster silos and clients belong to: a name in a Redis.</summary>
internal sealed record ClusterAddress(string Redis, string Name)
{
    private const int MillisecondsBetweenConnects = 1000;

    /// <summary>Gets how Redis is connected to: without giving up, because silos and Redis may start in any order.</summary>
    /// <exception cref="UsageException">The address cannot be read.</exception>
    internal ConfigurationOptions Connection
    {
        get
        {
            try
            {
                // An empty address is no argument of the parser's.
                ConfigurationOptions options = string.IsNullOrWhiteSpace(Redis) ? new() : ConfigurationOptions.Parse(Redis);
                if (options.EndPoints.Count == 0)
                {
                    throw new UsageException($"--redis '{Redis}' names no Redis; write host:port, such as localhost:6379.");
                }

                options.AbortOnConnectFail = false;
                // The default waits longer after each failure, up to a minute: a Redis that is back is to be found at once.
                options.ReconnectRetryPolicy = new LinearRetry(MillisecondsBetweenConnects);
                return options;
            }
            catch (ArgumentException exception)
            {
                throw new UsageException($"--redis '{Redis}' is no address of a Redis; write host:port, such as localhost:6379. {exception.Message}");
            }
        }
    }

    /// <summary>Says that Redis does not answer, where it does not.</summary>
    /// <exception cref="DataException">Nobody answers.</exception>
    internal async Task RequireAsync(CancellationToken stop)
    {
        ConfigurationOptions options = Connection;
        options.AbortOnConnectFail = true;
        options.ConnectTimeout = 5000;
        try
        {
            await using ConnectionMultiplexer redis =
                await ConnectionMultiplexer.ConnectAsync(options).WaitAsync(stop).ConfigureAwait(false);
            await redis.GetDatabase().PingAsync().WaitAsync(stop).ConfigureAwait(false);
        }
        catch (RedisException exception)
        {
            throw new DataException($"No Redis answers at {Redis}. Start one there (redis-server), or name another one with --redis.", exception);
        }
    }
}
