using System.Diagnostics.Metrics;

namespace HpcLinReg.Hosting;

/// <summary>The instruments of the meter <c>HpcLinReg.Hosting</c>. None of them reads a clock or allocates while nobody listens.</summary>
internal sealed class ServingMetrics : IDisposable
{
    internal const string MeterName = "HpcLinReg.Hosting";

    /// <summary>Seconds: a prediction takes less than a microsecond, a large batch some milliseconds.</summary>
    private static readonly double[] Boundaries =
        [1e-6, 2.5e-6, 5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 5e-2, 0.1, 0.25, 0.5, 1];

    private readonly Meter _meter;

    public ServingMetrics(IMeterFactory factory, ServedModels models)
    {
        _meter = factory.Create(MeterName);
        var advice = new InstrumentAdvice<double> { HistogramBucketBoundaries = Boundaries };
        Duration = _meter.CreateHistogram("hpclinreg.predict.duration", "s", "Duration of a call that predicts.", tags: null, advice);
        Rows = _meter.CreateCounter<long>("hpclinreg.predict.rows", "{row}", "Rows predicted.");
        Missing = _meter.CreateCounter<long>("hpclinreg.predict.missing", "{row}", "Rows answered without a prediction, because the caller allowed missing values.");
        Extrapolations = _meter.CreateCounter<long>("hpclinreg.predict.extrapolations", "{row}", "Rows outside of the range of the training rows, where that is computed.");
        Swaps = _meter.CreateCounter<long>("hpclinreg.model.swaps", "{swap}", "Changes of the current version.");
        LoadFailures = _meter.CreateCounter<long>("hpclinreg.model.load.failures", "{failure}", "Files that could not be used; each content counts once.");
        CommitDuration = _meter.CreateHistogram("hpclinreg.update.commit.duration", "s", "Duration of a durable commit of updates.", tags: null, advice);
        UpdateRows = _meter.CreateCounter<long>("hpclinreg.update.rows", "{row}", "Rows learned durably.");
        ShadowDifference = _meter.CreateHistogram<double>("hpclinreg.shadow.difference", null, "Absolute difference between a shadow's prediction and the answer.");
        ShadowDropped = _meter.CreateCounter<long>("hpclinreg.shadow.dropped", "{row}", "Rows that a shadow did not predict because it was behind.");
        _meter.CreateObservableGauge("hpclinreg.model.version", () => models.Measure(snapshot => snapshot.Version), null, "The current version.");
        _meter.CreateObservableGauge("hpclinreg.model.age", () => models.Measure(models.AgeOf), "s", "Time since the current version was published.");
    }

    internal Histogram<double> Duration { get; }

    internal Counter<long> Rows { get; }

    internal Counter<long> Missing { get; }

    internal Counter<long> Extrapolations { get; }

    internal Counter<long> Swaps { get; }

    internal Counter<long> LoadFailures { get; }

    internal Histogram<double> CommitDuration { get; }

    internal Counter<long> UpdateRows { get; }

    internal Histogram<double> ShadowDifference { get; }

    internal Counter<long> ShadowDropped { get; }

    /// <summary>Gets whether anybody listens to what a prediction of a row records.</summary>
    internal bool IsTimed => Duration.Enabled || Rows.Enabled;

    public void Dispose() => _meter.Dispose();
}
