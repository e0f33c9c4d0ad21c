using HpcLinReg.LeastSquares;
using HpcLinReg.Threads;

namespace HpcLinReg.Benchmarks.Ladder;

/// <summary>
/// What <see cref="FitWorkspace"/> does on the first rung, without asking whether the answer is good: the moments, rank, factor and
/// solution are the engine's own, and only the gate, its norm of the inverse, and the look at the rows' variety are left out.
/// </summary>
internal sealed class UngatedFit(int features)
{
    private readonly MomentsNode _node = new(features + 1);
    private readonly NormalEquations _equations = new(features);
    private readonly MomentsAccumulator _accumulator = new(features + 1);

    internal FitSummary Fit(MatrixSpan<double> x, ReadOnlySpan<double> y, Span<double> weights)
    {
        FitOptions options = FitOptions.Default;
        options.Require();
        LinearRegression.RequireRowsOf(x, y.Length);
        var target = new MatrixSpan<double>(y, y.Length, 1, 1);
        if (x.Rows <= RowBlocks.Rows)
        {
            BlockMoments.Compute(x, target, 0, new ColumnLabels([], features), _node);
        }
        else
        {
            _accumulator.Clear();
            ParallelMoments.Add(_accumulator, x, target, options.Threads);
            _accumulator.FoldInto(_node);
        }

        _equations.Load(_node, [], [], options);
        _equations.LoadTarget([], features);
        _equations.Factor(doubleDouble: false);
        _equations.SolvePlain();
        _equations.CopyWeights(weights);
        return _equations.ToSummary();
    }
}
