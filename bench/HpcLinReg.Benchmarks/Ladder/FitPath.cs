using HpcLinReg.Rows;
using HpcLinReg.Solver;
using HpcLinReg.Threads;

namespace HpcLinReg.Benchmarks.Ladder;

/// <summary>
/// The path of <see cref="FitWorkspace"/>, with the gate or without: moments, rank, factor and solution are the engine's own, and without
/// the gate only the verdict, its norm of the inverse, and the look at the rows' variety are left out. Both ways use the same memory, because
/// how arrays lie to cache lines is worth more than the gate.
/// </summary>
internal sealed class FitPath(int features)
{
    private readonly MomentsNode _node = new(features + 1);
    private readonly NormalEquations _equations = new(features);
    private readonly MomentsAccumulator _accumulator = new(features + 1);

    internal FitSummary Fit(MatrixSpan<double> x, ReadOnlySpan<double> y, Span<double> weights, bool gated)
    {
        FitOptions options = FitOptions.Default;
        options.Require();
        LinearRegression.RequireRowsOf(x, y.Length);
        var target = new MatrixSpan<double>(y, y.Length, 1, 1);
        if (x.Rows <= RowBlocks.Rows)
        {
            BlockMoments.Compute(x, target, 0, new ColumnLabels([], features, features + 1), _node);
        }
        else
        {
            _accumulator.Clear();
            ParallelMoments.Add(_accumulator, x, target, options.Threads);
            _accumulator.FoldInto(_node);
        }

        _equations.Load(_node, [], [], options);
        if (!gated)
        {
            _equations.LoadTarget([], features);
            _equations.Factor(doubleDouble: false);
            _equations.SolvePlain();
        }
        else if (!_equations.SolvePlainly([], features))
        {
            var rows = new SpanRows<double>(x, target, options.Threads);
            _equations.Solve(ref rows, [], features, target: 0);
        }

        _equations.CopyWeights(weights);
        return _equations.ToSummary();
    }
}
