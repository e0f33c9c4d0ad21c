#:project ../../src/HpcLinReg.Orleans/HpcLinReg.Orleans.csproj
#:package Microsoft.Orleans.Client
#:package Microsoft.Orleans.Clustering.Redis
#:property UsesOrleans=true
#:property PublishAot=false

// dotnet run stream.cs HOST:PORT BATCHES GATEWAY: three sources send batches to a cluster, each until it is acknowledged and now and then once more.
// A second client, which knows one silo only, sends each batch to that one as well and does not wait: where that silo was cut off and
// has not ended yet, it would append batches at the wrong place of an old log, which the storage has to refuse.
// At the end the state of each source is compared, byte by byte, with a replay of what was acknowledged.
using System.Diagnostics;
using System.Globalization;
using System.Net;
using HpcLinReg;
using HpcLinReg.Orleans;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using StackExchange.Redis;

const int Sources = 3;
const int RowsOfABatch = 20;
const int PauseBetweenBatches = 20;
string[] columns = ["a", "b", "y"];
string redis = args[0];
int batches = int.Parse(args[1], CultureInfo.InvariantCulture);

using IHost host = await ConnectAsync(client => client.UseRedisClustering(options =>
{
    options.ConfigurationOptions = ConfigurationOptions.Parse(redis);
    options.ConfigurationOptions.AbortOnConnectFail = false;
}));
using IHost other = await ConnectAsync(client => client.UseStaticClustering(IPEndPoint.Parse(args[2])));
IGrainFactory grains = host.Services.GetRequiredService<IGrainFactory>(), ofOneSilo = other.Services.GetRequiredService<IGrainFactory>();
await AskAsync(() => grains.GetGrain<IModelGrain>("load").Define(new StreamDefinition { Features = columns[..2], Target = "y" }));

int acknowledged = 0;
double longest = 0;
Moments[] replays = await Task.WhenAll(Enumerable.Range(0, Sources).Select(source => Task.Run(() => SendAsync(source))));
bool isSame = true;
for (int source = 0; source < Sources; source++)
{
    StreamMoments stored = await AskAsync(() => grains.GetGrain<IStreamGrain>($"load/s{source}").Moments(-1));
    using MemoryStream replay = new();
    replays[source].Save(replay);
    isSame &= stored.Sequence == batches && replay.ToArray().AsSpan().SequenceEqual(stored.Moments);
}

ModelVersion model = await AskAsync(() => grains.GetGrain<IModelGrain>("load").Current(0));
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{acknowledged} batches were acknowledged, the model has version {model.Version}; a batch waited at most {longest:F1} s."));
Console.WriteLine(isSame && model.Version == Sources * batches ? "The state of each source is the replay of what was acknowledged, byte by byte." : "THE STATE DIFFERS FROM THE REPLAY.");
return isSame && model.Version == Sources * batches ? 0 : 1;

async Task<Moments> SendAsync(int source)
{
    IStreamGrain stream = grains.GetGrain<IStreamGrain>($"load/s{source}");
    Moments? replay = null;
    for (int i = 1; i <= batches; i++)
    {
        double[] rows = Rows((source * 1_000_003) + i);
        ofOneSilo.GetGrain<IStreamGrain>($"load/s{source}").Add($"k{i}", rows).Ignore();
        long begun = Stopwatch.GetTimestamp();
        StreamAnswer answer = await AskAsync(() => stream.Add($"k{i}", rows));
        double waited = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        if (answer.Problem is not null || answer.Sequence != i || (i % 7 == 0 && await AskAsync(() => stream.Add($"k{i}", rows)) != answer))
        {
            throw new InvalidOperationException($"Source {source}, batch {i}: place {answer.Sequence}, {answer.Problem}.");
        }

        MomentsAccumulator sums = new(columns);
        sums.Add(new MatrixSpan<double>(rows, RowsOfABatch, columns.Length, columns.Length));
        replay = replay is null ? sums.ToMoments() : replay.Merge(sums.ToMoments());
        lock (columns)
        {
            longest = Math.Max(longest, waited);
            if (++acknowledged % 100 == 0)
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{acknowledged / (Sources * batches / 64.0):F0} of 64 parts of {Sources * batches} batches are acknowledged"));
            }
        }

        await Task.Delay(PauseBetweenBatches);
    }

    return replay!;
}

static async Task<IHost> ConnectAsync(Action<IClientBuilder> find)
{
    HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
    builder.UseOrleansClient(client =>
    {
        client.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = ("hpclinreg", "hpclinreg"));
        client.UseQuickFailureDetection();
        find(client);
    });
    IHost host = builder.Build();
    await host.StartAsync();
    return host;
}

static double[] Rows(int number)
{
    Random random = new(number);
    double[] rows = new double[RowsOfABatch * 3];
    for (int i = 0; i < rows.Length; i += 3)
    {
        (rows[i], rows[i + 1]) = (random.NextDouble() * 10, random.NextDouble());
        rows[i + 2] = 1 + (2 * rows[i]) - rows[i + 1] + (random.NextDouble() / 100);
    }

    return rows;
}

static async Task<T> AskAsync<T>(Func<Task<T>> call)
{
    long begun = Stopwatch.GetTimestamp();
    while (true)
    {
        try
        {
            return await call();
        }
        catch (Exception exception) when (exception is not InvalidOperationException && Stopwatch.GetElapsedTime(begun) < TimeSpan.FromMinutes(3))
        {
            await Task.Delay(250);
        }
    }
}
