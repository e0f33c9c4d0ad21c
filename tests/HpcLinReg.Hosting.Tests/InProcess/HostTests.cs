using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace HpcLinReg.Hosting.Tests.InProcess;

/// <summary>Models in a host.</summary>
public class HostTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_model_of_a_file_is_there_when_the_host_has_started()
    {
        using var folder = new TemporaryFolder();
        Models.Plain(1).Save(folder["fare.json"]);
        using IHost host = Build(builder => builder.AddHpcLinReg().AddModel("fare", m => m.FromFile(folder["fare.json"], watch: true)));
        await host.StartAsync(Stop);
        ServedModel fare = host.Services.GetRequiredKeyedService<ServedModel>("fare");
        Assert.Equal(Models.Plain(1).Predict([3.0, 4.0]).Value, fare.Current.Predict([3.0, 4.0]).Value);
        Assert.Same(fare, host.Services.GetRequiredService<ServedModels>().Single());
        await host.StopAsync(Stop);
    }

    [Fact]
    public async Task A_watched_file_is_read_again_at_its_interval_and_a_bad_one_degrades_the_health()
    {
        using var folder = new TemporaryFolder();
        Models.Plain(1).Save(folder["fare.json"]);
        var time = new FakeTimeProvider();
        using IHost host = Build(services =>
        {
            services.AddSingleton<TimeProvider>(time);
            services.AddHpcLinReg().AddModel("fare", m => m.FromFile(folder["fare.json"], watch: true));
        });
        await host.StartAsync(Stop);
        ServedModel fare = host.Services.GetRequiredKeyedService<ServedModel>("fare");
        Assert.Equal(HealthStatus.Healthy, (await Check(host, "ready")).Status);
        await File.WriteAllTextAsync(folder["fare.json"], "{", Stop);
        await Until(time, () => fare.LoadError is not null);
        HealthReport degraded = await Check(host, "ready");
        Assert.Equal(HealthStatus.Degraded, degraded.Status);
        Assert.Contains("goes on with version 1", degraded.Entries["hpclinreg-ready"].Description, StringComparison.Ordinal);
        Assert.Equal(HealthStatus.Healthy, (await Check(host, "live")).Status);
        Models.Plain(2).Save(folder["fare.json"]);
        await Until(time, () => fare.Current.Version == 2);
        Assert.Equal(HealthStatus.Healthy, (await Check(host, "ready")).Status);
        await host.StopAsync(Stop);
    }

    [Fact]
    public async Task A_watched_file_that_is_missing_makes_the_service_wait_and_an_unwatched_one_ends_its_start()
    {
        using var folder = new TemporaryFolder();
        using IHost unwatched = Build(services => services.AddHpcLinReg().AddModel("fare", m => m.FromFile(folder["fare.json"])));
        InvalidOperationException ended = await Assert.ThrowsAsync<InvalidOperationException>(() => unwatched.StartAsync(Stop));
        Assert.Contains("there is no file", ended.Message, StringComparison.Ordinal);
        using IHost watched = Build(services => services.AddHpcLinReg().AddModel("fare", m => m.FromFile(folder["fare.json"], watch: true)));
        await watched.StartAsync(Stop);
        HealthReport report = await Check(watched, "ready");
        Assert.Equal(HealthStatus.Unhealthy, report.Status);
        Assert.Contains("'fare' has no version", report.Entries["hpclinreg-ready"].Description, StringComparison.Ordinal);
        await watched.StopAsync(Stop);
    }

    [Fact]
    public async Task Options_are_checked_when_the_host_starts_and_all_that_is_wrong_is_said()
    {
        using IHost host = Build(services => services.AddHpcLinReg().AddModel("fare", m =>
        {
            m.Keep(0);
            m.Options.Watch = true;
            m.Options.PollInterval = TimeSpan.Zero;
        }));
        OptionsValidationException refused = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Stop));
        Assert.Contains("watched but has no file", refused.Message, StringComparison.Ordinal);
        Assert.Contains("keeps 0 versions", refused.Message, StringComparison.Ordinal);
        Assert.Contains("poll interval", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Configuration_says_where_a_model_comes_from()
    {
        using var folder = new TemporaryFolder();
        Models.Plain(1).Save(folder["fare.json"]);
        using IHost host = new HostBuilder()
            .ConfigureAppConfiguration(configuration => configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["HpcLinReg:Models:fare:Path"] = folder["fare.json"],
                ["HpcLinReg:Models:fare:VersionsKept"] = "2",
            }))
            .ConfigureServices(services => services.AddHpcLinReg().AddModel("fare"))
            .Build();
        await host.StartAsync(Stop);
        ServedModel fare = host.Services.GetRequiredKeyedService<ServedModel>("fare");
        Assert.Equal((1L, 2), (fare.Current.Version, fare.Options.VersionsKept));
        await host.StopAsync(Stop);
    }

    [Fact]
    public void A_name_is_taken_once()
    {
        IHpcLinRegBuilder builder = new ServiceCollection().AddHpcLinReg().AddModel("fare");
        Assert.Contains("'fare' was added before", Assert.Throws<ArgumentException>(() => builder.AddModel("fare")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_count_rows_swaps_and_failures_by_model()
    {
        using var folder = new TemporaryFolder();
        using IHost host = Build(services =>
        {
            services.AddMetrics();
            services.AddHpcLinReg().AddModel("fare", m => m.FromModel(Models.Plain(1)));
        });
        await host.StartAsync(Stop);
        ServedModel fare = host.Services.GetRequiredKeyedService<ServedModel>("fare");
        var seen = new Dictionary<string, double>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, own) =>
            {
                if (instrument.Meter.Scope == host.Services.GetRequiredService<IMeterFactory>())
                {
                    own.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.Start();
        fare.Current.Predict([3.0, 4.0]);
        fare.Current.Predict(new MatrixSpan<double>([1, 2, 3, 4], 2), new double[2]);
        fare.Current.PredictWithUncertainty([1000, 4]);
        fare.Publish(Models.Plain(2));
        listener.RecordObservableInstruments();
        Assert.Equal(4, seen["hpclinreg.predict.rows"]);
        Assert.Equal(1, seen["hpclinreg.predict.extrapolations"]);
        Assert.Equal(1, seen["hpclinreg.model.swaps"]);
        Assert.Equal(2, seen["hpclinreg.model.version"]);
        Assert.True(seen["hpclinreg.predict.duration"] > 0);
        Assert.True(seen.ContainsKey("hpclinreg.model.age"));
        await host.StopAsync(Stop);

        void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            Assert.Equal("fare", tags[0].Value);
            seen[instrument.Name] = seen.GetValueOrDefault(instrument.Name) + value;
        }
    }

    [Fact]
    public async Task A_shadow_compares_its_predictions_with_the_answers()
    {
        using IHost host = Build(services => services.AddHpcLinReg().AddModel("fare", m => m.FromModel(Models.Plain(1))));
        await host.StartAsync(Stop);
        ServedModel fare = host.Services.GetRequiredKeyedService<ServedModel>("fare");
        fare.ShadowVersion = fare.AddCandidate(Models.Plain(3)).Version;
        double[] rows = [5, 1, 0, 1, 7, 2], answers = new double[3];
        fare.Current.Predict(new MatrixSpan<double>(rows, 2), answers);
        fare.CompareWithShadow(new MatrixSpan<double>(rows, 2), answers);
        while (fare.ShadowSummary!.Rows < 3)
        {
            await Task.Delay(1, Stop);
        }

        // The slopes of a differ by 2, and the largest a is 7.
        Assert.Equal(14, fare.ShadowSummary.LargestDifference, 1e-9);
        Assert.Equal((2L, 0L, 0L), (fare.ShadowSummary.Version, fare.ShadowSummary.Dropped, fare.ShadowSummary.Disagreements));
        Assert.Throws<InvalidOperationException>(() => new ServedModel("x", Models.Plain(1)).ShadowVersion = 1);
        await host.StopAsync(Stop);
    }

    private static IHost Build(Action<IServiceCollection> configure) => new HostBuilder().ConfigureServices(configure).Build();

    private static Task<HealthReport> Check(IHost host, string tag) =>
        host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Tags.Contains(tag), Stop);

    /// <summary>Lets the poll interval pass until something has happened on the loader's thread.</summary>
    private static async Task Until(FakeTimeProvider time, Func<bool> happened)
    {
        while (!happened())
        {
            time.Advance(TimeSpan.FromSeconds(5));
            await Task.Delay(1, Stop);
        }
    }
}
