using BenchmarkDotNet.Attributes;
using HpcLinReg.Benchmarks.Hosts;

namespace HpcLinReg.Benchmarks.Kernels;

/// <summary>Means and centred cross-products of all columns. Rows are whole blocks: of others an accumulator only keeps a copy.</summary>
[Work(BytesPerCell = 8, FlopsPerRowAndPair = 2)]
public class GramBenchmarks : MatrixBenchmark
{
    /// <inheritdoc/>
    public override IEnumerable<string> Shapes => ["2048x16", "1048576x3", "1048576x16", "102400x100", "20480x512"];

    /// <summary>The engine.</summary>
    [Benchmark]
    public long Gram()
    {
        var accumulator = new MomentsAccumulator(Columns);
        accumulator.Add(Design);
        return accumulator.RowCount;
    }
}

/// <summary>A whole fit, and one on memory that is kept.</summary>
[Work(BytesPerCell = 8, BytesPerRow = 8, FlopsPerRowAndPair = 2, FlopsPerCube = 1 / 3.0)]
public class FitBenchmarks : MatrixBenchmark
{
    private double[] _weights = [];
    private FitWorkspace _workspace = new(0);

    /// <inheritdoc/>
    public override IEnumerable<string> Shapes => ["100x4", "1000x16", "1000000x16", "100000x100", "20000x512"];

    /// <summary>The engine.</summary>
    [Benchmark]
    public Fit Fit() => LinearRegression.Fit(Design, Y);

    /// <summary>The engine, without allocating.</summary>
    [Benchmark]
    public double OnWorkspace() => _workspace.Fit(Design, Y, _weights).Intercept;

    /// <inheritdoc/>
    protected override void Prepare()
    {
        _weights = new double[Columns];
        _workspace = new FitWorkspace(Columns);
    }
}

/// <summary>The Cholesky factorization, a copy of the matrix included.</summary>
[Work(FlopsPerCube = 1 / 3.0)]
public class CholeskyBenchmarks : MatrixBenchmark
{
    private double[] _factor = [];

    /// <inheritdoc/>
    public override IEnumerable<string> Shapes => ["8x8", "16x16", "64x64", "256x256", "1000x1000"];

    /// <summary>The engine.</summary>
    [Benchmark]
    public bool Cholesky()
    {
        X.CopyTo(_factor, 0);
        return HpcLinReg.Cholesky.Factor(_factor, Columns).IsPositiveDefinite;
    }

    /// <inheritdoc/>
    protected override void Prepare()
    {
        _factor = new double[X.Length];
        for (int i = 0; i < Columns; i++)
        {
            X[(i * Columns) + i] = Columns;
        }
    }
}

/// <summary>One row through a model, its checks included.</summary>
[Work(BytesPerCell = 8, FlopsPerCell = 2)]
public class PredictRowBenchmarks : MatrixBenchmark
{
    private LinearModel _model = new([], 0);

    /// <inheritdoc/>
    public override IEnumerable<string> Shapes => ["1x4", "1x16", "1x32", "1x100", "1x256"];

    /// <summary>The engine.</summary>
    [Benchmark]
    public double PredictRow() => _model.Predict<double>(X);

    /// <inheritdoc/>
    protected override void Prepare() => _model = new LinearModel(Weights, 0.5);
}
