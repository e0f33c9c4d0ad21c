using System.Numerics.Tensors;
using BenchmarkDotNet.Attributes;

namespace HpcLinReg.Benchmarks;

/// <summary>
/// Loss and gradient of the mean squared error on the shapes of <see cref="PredictBenchmarks"/>. The peers keep the residuals
/// in no buffer either: each row is read for its residual and at once again for Xᵀr.
/// </summary>
[MemoryDiagnoser]
public class GradientBenchmarks
{
    private double[] _x = [];
    private double[] _y = [];
    private double[] _weights = [];
    private double[] _gradient = [];
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
        var random = new Random(20260102);
        _x = MatrixShape.Draw(random, shape.Rows * shape.Columns);
        _y = MatrixShape.Draw(random, shape.Rows);
        _weights = MatrixShape.Draw(random, shape.Columns);
        _gradient = new double[_columns];

        PlainLoop();
        double[] expected = [.. _gradient];
        RequireSame(nameof(Engine), Engine, expected);
        RequireSame(nameof(TensorPrimitivesRowByRow), TensorPrimitivesRowByRow, expected);
    }

    /// <summary>The engine.</summary>
    [Benchmark(Baseline = true)]
    public double Engine() => LinearRegression.Gradient(new MatrixSpan<double>(_x, _columns), _y, _weights, 0.5, _gradient).Loss;

    /// <summary>A dot product and a multiply-add of TensorPrimitives for each row.</summary>
    [Benchmark]
    public double TensorPrimitivesRowByRow()
    {
        _gradient.AsSpan().Clear();
        double squares = 0;
        for (int i = 0; i < _y.Length; i++)
        {
            ReadOnlySpan<double> row = _x.AsSpan(i * _columns, _columns);
            double residual = TensorPrimitives.Dot(row, _weights) + 0.5 - _y[i];
            squares += residual * residual;
            TensorPrimitives.MultiplyAdd(row, residual, _gradient, _gradient);
        }

        TensorPrimitives.Multiply(_gradient, 2.0 / _y.Length, _gradient);
        return squares / _y.Length;
    }

    /// <summary>Nested loops.</summary>
    [Benchmark]
    public double PlainLoop()
    {
        double[] gradient = _gradient;
        double[] weights = _weights;
        Array.Clear(gradient);
        double squares = 0;
        for (int i = 0; i < _y.Length; i++)
        {
            ReadOnlySpan<double> row = _x.AsSpan(i * weights.Length, weights.Length);
            double residual = 0.5 - _y[i];
            for (int j = 0; j < row.Length; j++)
            {
                residual += row[j] * weights[j];
            }

            squares += residual * residual;
            for (int j = 0; j < row.Length; j++)
            {
                gradient[j] += row[j] * residual;
            }
        }

        for (int j = 0; j < gradient.Length; j++)
        {
            gradient[j] *= 2.0 / _y.Length;
        }

        return squares / _y.Length;
    }

    /// <summary>
    /// The cells are positive and so are nearly all residuals, so a sum's rounding is relative to the sum itself: n·ε for
    /// the sum over rows and d·ε for each residual bound it, in any order of summation, up to a small constant.
    /// </summary>
    private void RequireSame(string name, Func<double> gradient, double[] expected)
    {
        gradient();
        double bound = 4.0 * (_y.Length + _columns) * (double.BitIncrement(1) - 1);
        for (int j = 0; j < expected.Length; j++)
        {
            if (!(Math.Abs(_gradient[j] - expected[j]) <= bound * Math.Abs(expected[j])))
            {
                throw new InvalidOperationException($"{name} computes {_gradient[j]:R} for gradient {j}, the plain loop {expected[j]:R}.");
            }
        }
    }
}
