using System.Numerics.Tensors;
using BenchmarkDotNet.Attributes;

namespace HpcLinReg.Benchmarks;

/// <summary>
/// Predictions of a whole matrix: the engine against a plain loop and against TensorPrimitives row by row. The shapes are one in
/// L2 with a single line and a half a row, one in L2 with an odd number of lines, and one four times a large last-level
/// cache.
/// </summary>
[MemoryDiagnoser]
public class PredictBenchmarks
{
    private double[] _x = [];
    private double[] _predictions = [];
    private LinearModel _model = new([], 0);

    /// <summary>Gets or sets rows × columns.</summary>
    [Params("1000x16", "1000x100", "200000x64")]
    public string Shape { get; set; } = "";

    private int Columns => int.Parse(Shape.Split('x')[1], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Makes seeded data.</summary>
    [GlobalSetup]
    public void Setup()
    {
        int rows = int.Parse(Shape.Split('x')[0], System.Globalization.CultureInfo.InvariantCulture);
        var random = new Random(20260101);
        _x = [.. Enumerable.Range(0, rows * Columns).Select(_ => random.NextDouble())];
        _predictions = new double[rows];
        _model = new LinearModel([.. Enumerable.Range(0, Columns).Select(_ => random.NextDouble())], random.NextDouble());
    }

    /// <summary>The engine.</summary>
    [Benchmark(Baseline = true)]
    public void Engine() => _model.Predict<double, double>(new MatrixSpan<double>(_x, Columns), _predictions);

    /// <summary>One dot product of TensorPrimitives for each row.</summary>
    [Benchmark]
    public void TensorPrimitivesRowByRow()
    {
        int d = Columns;
        for (int i = 0; i < _predictions.Length; i++)
        {
            _predictions[i] = TensorPrimitives.Dot(_x.AsSpan(i * d, d), _model.Weights) + _model.Intercept;
        }
    }

    /// <summary>Two nested loops.</summary>
    [Benchmark]
    public void PlainLoop()
    {
        ReadOnlySpan<double> weights = _model.Weights;
        for (int i = 0; i < _predictions.Length; i++)
        {
            double sum = _model.Intercept;
            ReadOnlySpan<double> row = _x.AsSpan(i * weights.Length, weights.Length);
            for (int j = 0; j < row.Length; j++)
            {
                sum += row[j] * weights[j];
            }

            _predictions[i] = sum;
        }
    }
}
