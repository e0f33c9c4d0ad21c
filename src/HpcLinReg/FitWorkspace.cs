using System.Numerics;
using HpcLinReg.Rows;
using HpcLinReg.Solver;
using HpcLinReg.Threads;

namespace HpcLinReg;

/// <summary>
/// Working memory that fits of one number of features use again and again, so that a service which fits all the time allocates nothing. Not
/// thread-safe.
/// </summary>
/// <remarks>
/// Not thread-safe: give each thread its own. Holds about 20d² + 16·1024·d bytes once more than 2048 rows have been fitted, and
/// about 20d² before. The same bits as <see cref="LinearRegression.Fit{T}(MatrixSpan{T}, ReadOnlySpan{T}, FitOptions?)"/>.
/// </remarks>
public sealed class FitWorkspace
{
    private readonly MomentsNode _node;
    private readonly SolverLadder _ladder;
    private MomentsTree? _tree;

    /// <summary>Allocates the working memory for fits of d features.</summary>
    /// <param name="features">The number d ≥ 0 of features.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="features"/> is negative.</exception>
    public FitWorkspace(int features)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(features);
        Features = features;
        _node = new MomentsNode(features + 1);
        _ladder = new SolverLadder(features);
    }

    /// <summary>Gets the number of features, d.</summary>
    public int Features { get; }

    /// <summary>Fits weights and intercept of minimal ‖y − Xw − b‖² + λ‖w‖² by the solver ladder.</summary>
    /// <param name="x">The design matrix, n × d.</param>
    /// <param name="y">The target, n values.</param>
    /// <param name="weights">Receives the d weights; those of aliased columns are 0 unless the minimum norm is asked for.</param>
    /// <param name="options">Intercept and ridge; null for the defaults.</param>
    /// <returns>The intercept, and the statistics and accuracy of the fit.</returns>
    /// <exception cref="ArgumentException">
    /// Lengths disagree, there are no rows, or a cell is NaN or infinite (row and column are named).
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The ridge penalty is negative or not finite.</exception>
    /// <exception cref="OverflowException">Squares of a column exceed the range of double or fall below it.</exception>
    /// <remarks>
    /// Allocates nothing, unless the design is rank deficient (the aliased columns are described), more than 2048 rows are fitted for the
    /// first time, more digits are asked for than the acceptance test of the first rung passes at once (it then computes the bounds of up
    /// to 64 coefficients, in d² values), the ladder climbs to the third rung, or several threads are used. Accuracy as
    /// <see cref="LinearRegression.Fit{T}(MatrixSpan{T}, ReadOnlySpan{T}, FitOptions?)"/>.
    /// </remarks>
    public FitSummary Fit<T>(MatrixSpan<T> x, ReadOnlySpan<T> y, Span<double> weights, FitOptions? options = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (weights.Length != Features)
        {
            Throw.WeightsAgainstWorkspace(weights.Length, Features);
        }

        var target = new MatrixSpan<T>(y, y.Length, 1, 1);
        options ??= FitOptions.Default;
        Load(x, target, options);
        FitBuilder answer = _ladder.TrySolveAtOnce(Features) ? _ladder.Answer : Solve(x, target, options);
        if (answer.SharesWeights)
        {
            Fit fit = answer.Copy();
            fit.Model.Weights.CopyTo(weights);
            return answer.ToSummary() with { Intercept = fit.Model.Intercept };
        }

        answer.CopyWeights(weights);
        return answer.ToSummary();
    }

    /// <summary>Fits as <see cref="Fit"/> does, and returns what a result with a certificate is built from.</summary>
    internal FitBuilder Solve<T>(MatrixSpan<T> x, ReadOnlySpan<T> y, FitOptions? options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var target = new MatrixSpan<T>(y, y.Length, 1, 1);
        options ??= FitOptions.Default;
        Load(x, target, options);
        return Solve(x, target, options);
    }

    /// <summary>Sums the rows and takes the features' side of the equations.</summary>
    private void Load<T>(MatrixSpan<T> x, MatrixSpan<T> y, FitOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options.RequireClosedForm("A workspace fits");
        if (x.Columns != Features)
        {
            Throw.ColumnsAgainstWorkspace(x.Columns, Features);
        }

        RowArguments.RequireRows(x, y.Rows);
        MomentsNode node = _node;
        if (x.Rows <= RowBlocks.Rows)
        {
            // One block: the same moments as a tree computes, without copying the rows first.
            BlockMoments.Compute(x, y, 0, new ColumnLabels([], x.Columns, x.Columns + 1), node);
        }
        else
        {
            _tree ??= new MomentsTree(Features + 1, 0, MomentsPrecision.Plain);
            _tree.Clear();
            ParallelMoments.Add(_tree, x, y, options.Threads);
            _tree.FoldInto(node);
        }

        _ladder.Load(node, [], [], options);
    }

    /// <summary>Looks at the rows and answers on the rung that has the digits asked for.</summary>
    private FitBuilder Solve<T>(MatrixSpan<T> x, MatrixSpan<T> y, FitOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (x.Rows <= RowBlocks.Rows)
        {
            // A tree has judged each of its blocks.
            _node.NoteVariety(Variety.IsVaried(x, y));
        }

        var rows = new SpanRows<T>(x, y, options.Threads);
        _ladder.Solve(ref rows, Features, target: 0);
        return _ladder.Answer;
    }
}
