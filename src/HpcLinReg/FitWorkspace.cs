using System.Numerics;
using HpcLinReg.Rows;
using HpcLinReg.Solver;
using HpcLinReg.Threads;

namespace HpcLinReg;

/// <summary>
/// Working memory for fits of one number of features, used again by every fit, so that a service which fits all the time allocates nothing.
/// </summary>
/// <remarks>
/// Not thread-safe: give each thread its own. Holds about 20d² + 16·1024·d bytes once more than 2048 rows have been fitted, and
/// about 20d² before. The same bits as <see cref="LinearRegression.Fit{T}(MatrixSpan{T}, ReadOnlySpan{T}, FitOptions?)"/>.
/// </remarks>
public sealed class FitWorkspace
{
    private readonly MomentsNode _node;
    private readonly NormalEquations _equations;
    private MomentsAccumulator? _accumulator;

    /// <summary>Makes room.</summary>
    /// <param name="features">The number d ≥ 0 of features.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="features"/> is negative.</exception>
    public FitWorkspace(int features)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(features);
        Features = features;
        _node = new MomentsNode(features + 1);
        _equations = new NormalEquations(features);
    }

    /// <summary>Gets the number of features, d.</summary>
    public int Features { get; }

    /// <summary>Fits weights and intercept of minimal ‖y − Xw − b‖² + λ‖w‖² by the solver ladder.</summary>
    /// <param name="x">The design matrix, n × d.</param>
    /// <param name="y">The target, n values.</param>
    /// <param name="weights">Receives the d weights; those of aliased columns are 0 unless the minimum norm is asked for.</param>
    /// <param name="options">Intercept and ridge; null for the defaults.</param>
    /// <returns>The intercept, and what is known of the fit.</returns>
    /// <exception cref="ArgumentException">Lengths disagree, there are no rows, or a cell is NaN or infinite (row and column are named).</exception>
    /// <exception cref="ArgumentOutOfRangeException">The ridge penalty is negative or not finite.</exception>
    /// <exception cref="OverflowException">Squares of a column exceed the range of double or fall below it.</exception>
    /// <remarks>
    /// Allocates nothing, unless the design is rank deficient (the aliased columns are described), more than 2048 rows are fitted for
    /// the first time, more digits are asked for than the gate of the first rung passes at once (the bounds of up to 64 coefficients are
    /// looked at then, in d² values), the ladder climbs to the third rung, or several threads are used. Accuracy as
    /// <see cref="LinearRegression.Fit{T}(MatrixSpan{T}, ReadOnlySpan{T}, FitOptions?)"/>.
    /// </remarks>
    public FitSummary Fit<T>(MatrixSpan<T> x, ReadOnlySpan<T> y, Span<double> weights, FitOptions? options = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (weights.Length != Features)
        {
            Throw.WeightsAgainstWorkspace(weights.Length, Features);
        }

        Solve(x, new MatrixSpan<T>(y, y.Length, 1, 1), options, certified: false);
        if (_equations.SharesWeights)
        {
            Fit fit = _equations.ToFit(last: false);
            fit.Model.Weights.CopyTo(weights);
            return _equations.ToSummary() with { Intercept = fit.Model.Intercept };
        }

        _equations.CopyWeights(weights);
        return _equations.ToSummary();
    }

    /// <summary>As <see cref="Fit"/>, with a result that lives on.</summary>
    internal Fit FitToResult<T>(MatrixSpan<T> x, ReadOnlySpan<T> y, FitOptions? options, bool last)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Solve(x, new MatrixSpan<T>(y, y.Length, 1, 1), options, certified: true);
        return _equations.ToFit(last);
    }

    private void Solve<T>(MatrixSpan<T> x, MatrixSpan<T> y, FitOptions? options, bool certified)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options ??= FitOptions.Default;
        options.Require();
        if (x.Columns != Features)
        {
            Throw.ColumnsAgainstWorkspace(x.Columns, Features);
        }

        LinearRegression.RequireRowsOf(x, y.Rows);
        MomentsNode node = _node;
        if (x.Rows <= RowBlocks.Rows)
        {
            // One block: what an accumulator would fold, without keeping its rows first.
            BlockMoments.Compute(x, y, 0, new ColumnLabels([], x.Columns, x.Columns + 1), node);
        }
        else
        {
            _accumulator ??= new MomentsAccumulator(Features + 1);
            _accumulator.Clear();
            ParallelMoments.Add(_accumulator, x, y, options.Threads);
            _accumulator.FoldInto(node);
        }

        _equations.Load(node, [], [], options);
        if (certified || !_equations.SolvePlainly([], Features))
        {
            if (x.Rows <= RowBlocks.Rows)
            {
                // An accumulator has looked at each of its blocks.
                node.NoteVariety(Variety.IsVaried(x, y));
            }

            var rows = new SpanRows<T>(x, y, options.Threads);
            _equations.Solve(ref rows, [], Features, target: 0);
        }
    }
}
