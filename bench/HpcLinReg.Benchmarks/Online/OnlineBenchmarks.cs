using BenchmarkDotNet.Attributes;
using HpcLinReg.Benchmarks.Hosts;

namespace HpcLinReg.Benchmarks.Online;

/// <summary>A current model after one more row, against fitting the window anew. The shape's rows are the window.</summary>
[Work]
public class OnlineBenchmarks : MatrixBenchmark
{
    private OnlineRegression _online = new(0);
    private FitWorkspace _workspace = new(0);
    private double[] _weights = [];
    private int _row;

    /// <inheritdoc/>
    public override IEnumerable<string> Shapes => ["1000x8", "1000x32", "1000x100"];

    /// <summary>A row comes, and nobody asks for the weights.</summary>
    [Benchmark]
    public long AddOnly()
    {
        int row = Next();
        _online.Add(Design[row], Y[row]);
        return _online.Count;
    }

    /// <summary>A row comes: update, solve, new weights.</summary>
    [Benchmark]
    public double AddRow()
    {
        int row = Next();
        _online.Add(Design[row], Y[row]);
        return _online.Weights[0] + _online.Intercept;
    }

    /// <summary>A row comes and one goes: the window slides.</summary>
    [Benchmark]
    public double SlideWindow()
    {
        int row = Next();
        _online.Add(Design[row], Y[row]);
        _online.Remove(Design[row], Y[row]);
        return _online.Weights[0] + _online.Intercept;
    }

    /// <summary>The window fitted anew, on memory that is kept.</summary>
    [Benchmark(Baseline = true)]
    public double Refit() => _workspace.Fit(Design, Y, _weights).Intercept;

    /// <inheritdoc/>
    protected override void Prepare()
    {
        _online = new OnlineRegression(Columns);
        _online.Rebuild(Design, Y);
        _workspace = new FitWorkspace(Columns);
        _weights = new double[Columns];
    }

    private int Next() => _row = _row + 1 < Design.Rows ? _row + 1 : 0;
}
