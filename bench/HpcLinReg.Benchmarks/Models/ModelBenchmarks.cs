using BenchmarkDotNet.Attributes;

namespace HpcLinReg.Benchmarks.Models;

/// <summary>One prediction of a model that keeps its columns, against the bare weights: plain columns, with uncertainty, and by name.</summary>
/// <remarks>
/// The leverage bounds a prediction with uncertainty: at 32 columns it loads 80 lines of the triangle and 48 elements of the row, 64 cycles at two loads a cycle, where the plain
/// prediction loads eight lines. Four accumulators for each line are 4 ns faster with AVX-512 and three times slower with AVX2, which has no registers for them; the order of
/// the lines makes no difference.
/// </remarks>
[MemoryDiagnoser]
public class ModelBenchmarks
{
    private LinearModel _weights = new([0.0], 0);
    private RegressionModel _model = null!;
    private double[] _row = [];
    private Dictionary<string, Cell> _named = [];

    /// <summary>Gets or sets the number of columns.</summary>
    [Params(8, 32, 256)]
    public int Columns { get; set; }

    /// <summary>Fits the model.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        Random random = new(1);
        double[] Values() => [.. Enumerable.Range(0, 2 * Columns).Select(_ => random.NextDouble())];
        ColumnTable data = new() { ["y"] = Values() };
        string[] names = [.. Enumerable.Range(0, Columns).Select(j => $"x{j}")];
        foreach (string name in names)
        {
            data[name] = Values();
        }

        _model = RegressionModel.Fit(data, "y", [.. names.Select(Feature.Column)]);
        _weights = new LinearModel([.. _model.Terms.Select(term => term.Coefficient)], _model.Intercept.Coefficient);
        _row = Values()[..Columns];
        _named = names.Select((name, j) => KeyValuePair.Create(name, (Cell)_row[j])).ToDictionary();
    }

    /// <summary>The weights alone.</summary>
    [Benchmark(Baseline = true)]
    public double Weights() => _weights.Predict<double>(_row);

    /// <summary>The model, from a span.</summary>
    [Benchmark]
    public double Model() => _model.Predict(_row).Value;

    /// <summary>The model, from a span, with standard error, leverage and limits.</summary>
    [Benchmark]
    public double WithUncertainty() => _model.PredictWithUncertainty(_row).PredictionUpper;

    /// <summary>The model, by name, which allocates the row.</summary>
    [Benchmark]
    public double ByName() => _model.Predict(_named).Value;
}
