using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.CompilerServices;
using HpcLinReg.Descent;
using HpcLinReg.Rows;
using HpcLinReg.Solver;

namespace HpcLinReg;

/// <content>The closed form.</content>
public static partial class LinearRegression
{
    /// <summary>The most features with which a thread keeps the working memory of its last fit: about 1 MB.</summary>
    private const int MostKeptFeatures = 64;

    [ThreadStatic]
    private static FitWorkspace? _kept;

    /// <inheritdoc cref="Fit{T}(MatrixSpan{T}, ReadOnlySpan{T}, FitOptions)"/>
    [OverloadResolutionPriority(1)]
    public static Fit Fit<T>(MatrixSpan<T> x, ReadOnlySpan<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Fit(x, y, (FitOptions?)null);

    /// <summary>
    /// Fits a linear model: minimizes ‖y − Xw − b‖² + λ‖w‖² in closed form, by the solver ladder: from the normal equations of centred
    /// columns up to a Gram matrix and Cholesky factor in double-double, as far as the digits asked for demand.
    /// <see cref="FitOptions.Method"/> chooses conjugate gradients instead.
    /// </summary>
    /// <param name="x">The design matrix, n × d; d may be 0, which fits the mean.</param>
    /// <param name="y">The target, n values.</param>
    /// <param name="options">How the problem is posed and how many digits are asked for; null for the defaults.</param>
    /// <returns>
    /// The fit: the model, its statistics and its accuracy. A rank-deficient design is an answer too: see
    /// <see cref="HpcLinReg.Fit.Aliased"/>.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// Lengths disagree, there are no rows, or a cell is NaN or infinite (row and column are named).
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="OverflowException">Squares of a column exceed the range of double or fall below it.</exception>
    /// <remarks>
    /// Thread-safe. One pass over x on the first rung, and about one more for each step of refinement. Allocates its result, and for d &gt;
    /// 64 working memory of about 20d² bytes (twice that on the third rung); below, each thread keeps that of its last fit.
    /// <see cref="FitWorkspace"/> allocates nothing. Accuracy: <see cref="HpcLinReg.Fit.Certificate"/>.
    /// </remarks>
    [OverloadResolutionPriority(1)]
    public static Fit Fit<T>(MatrixSpan<T> x, ReadOnlySpan<T> y, FitOptions? options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options = Checked(options);
        if (ConjugateFit.Answers(x.Columns, options, out string reason))
        {
            return ConjugateFit.Of(x, y, default, options, reason);
        }

        if (x.Columns > MostKeptFeatures)
        {
            return new FitWorkspace(x.Columns).Solve(x, y, options).HandOver();
        }

        FitWorkspace workspace = _kept is { } kept && kept.Features == x.Columns ? kept : new FitWorkspace(x.Columns);
        _kept = workspace;
        return workspace.Solve(x, y, options).Copy();
    }

    /// <summary>Fits the rows of an array with the default options: an intercept, no penalty, ten digits.</summary>
    /// <param name="x">The design matrix, n × d; not copied.</param>
    /// <param name="y">The target, n values.</param>
    /// <returns>As <see cref="Fit{T}(MatrixSpan{T}, ReadOnlySpan{T}, FitOptions)"/>.</returns>
    /// <exception cref="ArgumentNullException">An array is null.</exception>
    /// <exception cref="ArgumentException">
    /// Lengths disagree, there are no rows, or a cell is NaN or infinite (row and column are named).
    /// </exception>
    /// <exception cref="OverflowException">Squares of a column exceed the range of double or fall below it.</exception>
    public static Fit Fit<T>(T[,] x, T[] y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Fit(x, y, FitOptions.Default);

    /// <summary>Fits the rows of an array.</summary>
    /// <param name="x">The design matrix, n × d; not copied.</param>
    /// <param name="y">The target, n values.</param>
    /// <param name="options">How the problem is posed and how many digits are asked for.</param>
    /// <returns>As <see cref="Fit{T}(MatrixSpan{T}, ReadOnlySpan{T}, FitOptions)"/>.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">
    /// Lengths disagree, there are no rows, or a cell is NaN or infinite (row and column are named).
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="OverflowException">Squares of a column exceed the range of double or fall below it.</exception>
    public static Fit Fit<T>(T[,] x, T[] y, FitOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(y);
        ArgumentNullException.ThrowIfNull(options);
        return Fit(new MatrixSpan<T>(x), (ReadOnlySpan<T>)y, options);
    }

    /// <inheritdoc cref="Fit{T}(MatrixSpan{T}, MatrixSpan{T}, FitOptions)"/>
    public static ImmutableArray<Fit> Fit<T>(MatrixSpan<T> x, MatrixSpan<T> targets)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Fit(x, targets, null);

    /// <summary>Fits several targets at once in closed form; the sums and the factor of the features are computed once for all.</summary>
    /// <param name="x">The design matrix, n × d.</param>
    /// <param name="targets">n × m, m ≥ 1 targets.</param>
    /// <param name="options">As for one target.</param>
    /// <returns>One fit for each target.</returns>
    /// <exception cref="ArgumentException">As for one target, or there are no targets.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="OverflowException">Squares of a column exceed the range of double or fall below it.</exception>
    /// <remarks>Allocates working memory of about 20(d + m)² bytes besides its results.</remarks>
    public static ImmutableArray<Fit> Fit<T>(MatrixSpan<T> x, MatrixSpan<T> targets, FitOptions? options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options = Checked(options);
        options.RequireClosedForm("Several targets at once are fitted");
        RowArguments.RequireRows(x, targets.Rows);
        if (targets.Columns == 0)
        {
            Throw.NoTargets();
        }

        var tree = new MomentsTree(x.Columns + targets.Columns, 0, MomentsPrecision.Plain);
        ParallelMoments.Add(tree, x, targets, options.Threads);
        var ladder = new SolverLadder(x.Columns);
        ladder.Load(tree.Fold(), [], [], options);
        var rows = new SpanRows<T>(x, targets, options.Threads);
        var fits = new Fit[targets.Columns];
        for (int target = 0; target < fits.Length; target++)
        {
            ladder.Solve(ref rows, x.Columns + target, target);
            fits[target] = ladder.Answer.Copy();
        }

        return [.. fits];
    }

    /// <inheritdoc cref="Fit{T}(MatrixSpan{T}, ReadOnlySpan{T}, ReadOnlySpan{double}, FitOptions)"/>
    public static Fit Fit<T>(MatrixSpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<double> rowWeights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Fit(x, y, rowWeights, null);

    /// <summary>Fits rows that have weights: minimizes Σ vᵢ(yᵢ − xᵢw − b)² + λ‖w‖².</summary>
    /// <param name="x">The design matrix, n × d.</param>
    /// <param name="y">The target, n values.</param>
    /// <param name="rowWeights">
    /// v, n finite weights, none negative; a row of weight 0 counts as no row, whatever its cells. Empty: every row counts once, as without
    /// weights.
    /// </param>
    /// <param name="options">As without weights; <see cref="FitOptions.RowWeights"/> says what the weights mean.</param>
    /// <returns>The fit: the model, its statistics and its accuracy.</returns>
    /// <exception cref="ArgumentException">
    /// Lengths disagree, a weight is not usable, no row has weight, or a cell is NaN or infinite.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="OverflowException">Squares of a column exceed the range of double or fall below it.</exception>
    /// <remarks>The moments are summed in double-double, in one pass over x. Allocates working memory of about 40d² bytes.</remarks>
    public static Fit Fit<T>(MatrixSpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<double> rowWeights, FitOptions? options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (rowWeights.IsEmpty)
        {
            return Fit(x, y, options);
        }

        options = Checked(options);
        if (ConjugateFit.Answers(x.Columns, options, out string reason))
        {
            return ConjugateFit.Of(x, y, rowWeights, options, reason);
        }

        RowArguments.RequireRows(x, y.Length);
        RowWeights.RequireKind(rowWeights, options.RowWeights, 0);
        var tree = new MomentsTree(x.Columns + 1, 0, MomentsPrecision.DoubleDouble);
        tree.Add(x, new MatrixSpan<T>(y, y.Length, 1, 1), rowWeights);
        return SolveWeighted(tree, tree.Labels, options);
    }

    /// <inheritdoc cref="Fit(IRowSource, FitOptions, CancellationToken)"/>
    public static Fit Fit(IRowSource rows) => Fit(rows, null, CancellationToken.None);

    /// <inheritdoc cref="Fit(IRowSource, FitOptions, CancellationToken)"/>
    public static Fit Fit(IRowSource rows, FitOptions? options) => Fit(rows, options, CancellationToken.None);

    /// <summary>Fits rows that may be larger than memory; they are read again where the digits asked for demand it.</summary>
    /// <param name="rows">
    /// The rows; the last joint column is the target, or the weights behind it (<see cref="IRowSource.HasWeights"/>). Rows with weights,
    /// and rows whose second reading is costly or impossible (<see cref="IRowSource.Rereading"/>), are read once, and summed in
    /// double-double.
    /// </param>
    /// <param name="options">As for rows in memory; threads are not used. Null for the defaults.</param>
    /// <param name="cancellationToken">Stops a reading; it is asked before each call of <see cref="IRowReader.ReadRows"/>.</param>
    /// <returns>
    /// The fit: the model, its statistics and its accuracy; where the rows are read again, the bits of the same rows in memory.
    /// </returns>
    /// <exception cref="ArgumentNullException"><paramref name="rows"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// There are no rows, or none that has weight, a cell is NaN or infinite, a weight is not usable, or the source has not one name for
    /// each column.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="InvalidOperationException">The source gives other rows in a later reading than in its first.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="OverflowException">Squares of a column exceed the range of double or fall below it.</exception>
    public static Fit Fit(IRowSource rows, FitOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rows);
        options = Checked(options);
        var labels = ColumnLabels.Of(rows);
        if (ConjugateFit.Answers(labels.Features, options, out string reason))
        {
            return ConjugateFit.Of(rows, options, reason, cancellationToken);
        }

        var source = new CheckedSource(CancellableRows.Of(rows, cancellationToken));
        bool isReadOnce = rows.HasWeights || rows.Rereading != Rereading.Cheap
            || (source.Indicators is { IsSummedOnce: true } && options.Rungs == SolverRungs.All);
        MomentsTree tree = SourceMoments.Begin(source, labels, isReadOnce ? MomentsPrecision.DoubleDouble : MomentsPrecision.Plain);
        if (rows.HasWeights)
        {
            SourceMoments.AddWeighted(tree, source, options.RowWeights);
            return SolveWeighted(tree, labels, options);
        }

        SourceMoments.Add(tree, source);
        var moments = new Moments(labels.Names, tree.Fold());
        if (moments.Count == 0)
        {
            Throw.NoRows();
        }

        return isReadOnce ? moments.Solve(labels.Features, options) : moments.Solve(new SourceRows(source), options);
    }

    private static FitOptions Checked(FitOptions? options)
    {
        options ??= FitOptions.Default;
        options.Require();
        return options;
    }

    private static Fit SolveWeighted(MomentsTree tree, ColumnLabels labels, FitOptions options)
    {
        var moments = new Moments(labels.Names, tree.Fold());
        if (moments.Count == 0)
        {
            Throw.NoWeights();
        }

        return moments.Solve(labels.Columns - 1, options);
    }
}
