using System.Diagnostics;

namespace HpcLinReg.Hosting;

/// <summary>One version of a served model: take it once a request, and everything the request computes is of that version.</summary>
/// <remarks>
/// Immutable and thread-safe. Predicting from spans allocates nothing; without a listener to the metrics no clock is read.
/// </remarks>
public sealed class ModelSnapshot
{
    private readonly RegressionModel _model;
    private readonly ServingMetrics? _metrics;
    private readonly KeyValuePair<string, object?> _tag;

    internal ModelSnapshot(string name, RegressionModel model, long version, DateTimeOffset loadedAt, ServingMetrics? metrics)
    {
        (Name, _model, Version, LoadedAt, _metrics) = (name, model, version, loadedAt, metrics);
        Fingerprint = model.Fingerprint;
        Input = new ModelInput(model.Design, model.Target);
        _tag = new KeyValuePair<string, object?>("hpclinreg.model.name", name);
    }

    /// <summary>Gets the name that the model is served by.</summary>
    public string Name { get; }

    /// <summary>Gets the model.</summary>
    public RegressionModel Model => _model;

    /// <summary>
    /// Gets the version: 1 for the first model published under the name, then one more for each; a version is one model for as long as the
    /// process runs.
    /// </summary>
    public long Version { get; }

    /// <summary>Gets the model's fingerprint (<see cref="RegressionModel.Fingerprint"/>), the same in every process.</summary>
    public string Fingerprint { get; }

    /// <summary>Gets when this version was published.</summary>
    public DateTimeOffset LoadedAt { get; }

    /// <summary>Gets how values by name become a row of doubles.</summary>
    internal ModelInput Input { get; }

    /// <summary>Predicts one row of doubles.</summary>
    /// <param name="row">As <see cref="RegressionModel.Predict(ReadOnlySpan{double})"/> takes it.</param>
    /// <returns>The value, or why there is none.</returns>
    /// <exception cref="ArgumentException">The row has another number of values.</exception>
    public Prediction Predict(ReadOnlySpan<double> row) => _metrics is { IsTimed: true } ? Timed(row) : _model.Predict(row);

    /// <summary>Predicts one row by name.</summary>
    /// <param name="row">As <see cref="RegressionModel.Predict(IReadOnlyDictionary{string, Cell})"/> takes it.</param>
    /// <returns>The value, or why there is none.</returns>
    /// <remarks>Allocates a row of cells.</remarks>
    public Prediction Predict(IReadOnlyDictionary<string, Cell> row)
    {
        long start = Begin();
        Prediction prediction = _model.Predict(row);
        End(start, 1);
        return prediction;
    }

    /// <summary>Predicts every row of a matrix.</summary>
    /// <param name="rows">n rows, as <see cref="RegressionModel.Predict(MatrixSpan{double}, Span{double})"/> takes them.</param>
    /// <param name="destination">Receives n predictions, NaN where there is none.</param>
    /// <returns>How many rows have no prediction.</returns>
    /// <exception cref="ArgumentException">The rows have another number of columns, or there is not room for n predictions.</exception>
    public int Predict(MatrixSpan<double> rows, Span<double> destination)
    {
        long start = Begin();
        int without = _model.Predict(rows, destination);
        End(start, rows.Rows);
        return without;
    }

    /// <summary>
    /// Predicts one row of doubles with standard error, leverage and limits, and counts rows outside of the training range.
    /// </summary>
    /// <param name="row">As for a prediction.</param>
    /// <param name="level">The level of the limits, above 0 and below 1; the default is 0.95.</param>
    /// <returns>The value and its uncertainty, or why there is no value.</returns>
    /// <exception cref="ArgumentException">The row has another number of values.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The level is out of range.</exception>
    public UncertainPrediction PredictWithUncertainty(ReadOnlySpan<double> row, double level = 0.95)
    {
        long start = Begin();
        UncertainPrediction prediction = _model.PredictWithUncertainty(row, level);
        End(start, 1);
        if (prediction.IsOutsideTraining && _metrics is { Extrapolations.Enabled: true })
        {
            _metrics.Extrapolations.Add(1, _tag);
        }

        return prediction;
    }

    /// <summary>Counts rows that were answered without a prediction, because their caller permitted that.</summary>
    internal void CountMissing(int rows)
    {
        if (rows > 0 && _metrics is { Missing.Enabled: true })
        {
            _metrics.Missing.Add(rows, _tag);
        }
    }

    private Prediction Timed(ReadOnlySpan<double> row)
    {
        long start = Begin();
        Prediction prediction = _model.Predict(row);
        End(start, 1);
        return prediction;
    }

    private long Begin() => _metrics is { Duration.Enabled: true } ? Stopwatch.GetTimestamp() : 0;

    private void End(long start, int rows)
    {
        if (start != 0)
        {
            _metrics!.Duration.Record(Stopwatch.GetElapsedTime(start).TotalSeconds, _tag);
        }

        if (_metrics is { Rows.Enabled: true })
        {
            _metrics.Rows.Add(rows, _tag);
        }
    }
}
