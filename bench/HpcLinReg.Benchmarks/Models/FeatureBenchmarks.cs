using BenchmarkDotNet.Attributes;

namespace HpcLinReg.Benchmarks.Models;

/// <summary>One prediction of a model with a text, an expression and a polynomial: the terms are computed from the row.</summary>
[MemoryDiagnoser]
public class FeatureBenchmarks
{
    private readonly double[] _row = [0.3, 2.5, 1];
    private readonly Cell[] _cells = [0.3, 2.5, "b"];
    private readonly Dictionary<string, Cell> _named = new() { ["x"] = 0.3, ["z"] = 2.5, ["city"] = "b" };
    private RegressionModel _model = null!;

    /// <summary>Fits the model.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        Random random = new(1);
        double[] Values() => [.. Enumerable.Range(0, 100).Select(_ => 1 + random.NextDouble())];
        ColumnTable data = new() { ["x"] = Values(), ["z"] = Values(), ["city"] = (string[])[.. Enumerable.Range(0, 100).Select(i => "abc"[i % 3].ToString())], ["y"] = Values() };
        _model = RegressionModel.Fit(data, "y", ["city", "x * z", Feature.Polynomial("x", 2)]);
    }

    /// <summary>From doubles, the text as the index of its level.</summary>
    [Benchmark(Baseline = true)]
    public double Doubles() => _model.Predict(_row).Value;

    /// <summary>From cells, the text as it is.</summary>
    [Benchmark]
    public double Cells() => _model.Predict(_cells).Value;

    /// <summary>From doubles, with uncertainty.</summary>
    [Benchmark]
    public double DoublesWithUncertainty() => _model.PredictWithUncertainty(_row).PredictionUpper;

    /// <summary>By name, which allocates the row.</summary>
    [Benchmark]
    public double ByName() => _model.Predict(_named).Value;
}
