using BenchmarkDotNet.Attributes;
using HpcLinReg.Benchmarks.Hosts;

namespace HpcLinReg.Benchmarks.Kernels;

/// <summary>ŷ = Xw + b for every row.</summary>
[Work(BytesPerCell = 8, BytesPerRow = 8, FlopsPerCell = 2)]
public class PredictBenchmarks : MatrixBenchmark
{
    private double[] _predictions = [];

    /// <summary>The engine.</summary>
    [Benchmark]
    public void Predict() => LinearRegression.Predict(Design, Weights, 0.5, _predictions.AsSpan());

    /// <inheritdoc/>
    protected override void Prepare() => _predictions = new double[Rows];
}

/// <summary>r = Xw + b − y for every row.</summary>
[Work(BytesPerCell = 8, BytesPerRow = 16, FlopsPerCell = 2)]
public class ResidualsBenchmarks : MatrixBenchmark
{
    private double[] _residuals = [];

    /// <summary>The engine.</summary>
    [Benchmark]
    public void Residuals() => LinearRegression.Residuals(Design, Y, Weights, 0.5, _residuals);

    /// <inheritdoc/>
    protected override void Prepare() => _residuals = new double[Rows];
}

/// <summary>Xᵀr.</summary>
[Work(BytesPerCell = 8, BytesPerRow = 8, FlopsPerCell = 2)]
public class TransposeMultiplyBenchmarks : MatrixBenchmark
{
    private double[] _product = [];

    /// <summary>The engine.</summary>
    [Benchmark]
    public void TransposeMultiply() => LinearRegression.TransposeMultiply(Design, Y, _product);

    /// <inheritdoc/>
    protected override void Prepare() => _product = new double[Columns];
}

/// <summary>Loss and gradient of the mean squared error in one pass.</summary>
[Work(BytesPerCell = 8, BytesPerRow = 8, FlopsPerCell = 4)]
public class GradientBenchmarks : MatrixBenchmark
{
    private double[] _gradient = [];

    /// <summary>The engine.</summary>
    [Benchmark]
    public double Gradient() => LinearRegression.Gradient(Design, Y, Weights, 0.5, _gradient).Loss;

    /// <inheritdoc/>
    protected override void Prepare() => _gradient = new double[Columns];
}
