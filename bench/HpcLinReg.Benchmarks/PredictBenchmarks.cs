using System.Numerics.Tensors;
using BenchmarkDotNet.Attributes;

namespace HpcLinReg.Benchmarks;

/// <summary>
/// Predictions of a whole matrix: the engine against a plain loop and against TensorPrimitives row by row. The shapes are one
/// of 128 kB with two full lines a row, one of 800 kB whose rows end in half a line, and one of 102 MB, read from memory.
/// </summary>
[MemoryDiagnoser]
public class PredictBenchmarks
{
    private double[] _x = [];
    private double[] _predictions = [];
    private LinearModel _model = new([], 0);
    private int _columns;

    /// <summary>Gets or sets rows × columns.</summary>
    [Params("1000x16", "1000x100", "200000x64")]
    public string Shape { get; set; } = "";

    /// <summary>Makes seeded data, and stops the run when the three do not compute the same.</summary>
    [GlobalSetup]
    public void Setup()
    {
        MatrixShape shape = MatrixShape.Parse(Shape);
        _columns = shape.Columns;
        var random = new Random(20260101);
        _x = MatrixShape.Draw(random, shape.Rows * shape.Columns);
        _predictions = new double[shape.Rows];
        _model = new LinearModel(MatrixShape.Draw(random, shape.Columns), random.NextDouble());

        PlainLoop();
        double[] expected = [.. _predictions];
        RequireSame(nameof(Engine), Engine, expected);
        RequireSame(nameof(TensorPrimitivesRowByRow), TensorPrimitivesRowByRow, expected);
    }

    /// <summary>The engine.</summary>
    [Benchmark(Baseline = true)]
    public void Engine() => _model.Predict<double, double>(new MatrixSpan<double>(_x, _columns), _predictions);

    /// <summary>One dot product of TensorPrimitives for each row.</summary>
    [Benchmark]
    public void TensorPrimitivesRowByRow()
    {
        int d = _columns;
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

    /// <summary>All terms are positive, so any order of summation is within d·ε of the sum, twice that between two orders.</summary>
    private void RequireSame(string name, Action predict, double[] expected)
    {
        predict();
        double bound = 2.0 * (_columns + 1) * (double.BitIncrement(1) - 1);
        for (int i = 0; i < expected.Length; i++)
        {
            if (!(Math.Abs(_predictions[i] - expected[i]) <= bound * expected[i]))
            {
                throw new InvalidOperationException($"{name} predicts {_predictions[i]:R} for row {i}, the plain loop {expected[i]:R}.");
            }
        }
    }
}
