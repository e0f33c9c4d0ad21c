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
    private readonly SolverLadder _ladder = new(features);
    private readonly MomentsTree _tree = new(features + 1, 0, MomentsPrecision.Plain);

    internal FitSummary Fit(MatrixSpan<double> x, ReadOnlySpan<double> y, Span<double> weights, bool gated)
    {
        FitOptions options = FitOptions.Default;
        options.Require();
        RowArguments.RequireRows(x, y.Length);
        var target = new MatrixSpan<double>(y, y.Length, 1, 1);
        if (x.Rows <= RowBlocks.Rows)
        {
            BlockMoments.Compute(x, target, 0, new ColumnLabels([], features, features + 1), _node);
        }
        else
        {
            _tree.Clear();
            ParallelMoments.Add(_tree, x, target, options.Threads);
            _tree.FoldInto(_node);
        }

        _ladder.Load(_node, [], [], options);
        if (!gated)
        {
            _ladder.SolveUntested(features);
        }
        else if (!_ladder.TrySolveAtOnce(features))
        {
            var rows = new SpanRows<double>(x, target, options.Threads);
            _ladder.Solve(ref rows, features, target: 0);
        }

        _ladder.Answer.CopyWeights(weights);
        return _ladder.Answer.ToSummary();
    }
}
