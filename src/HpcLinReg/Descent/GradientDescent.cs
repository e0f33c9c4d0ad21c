using System.Numerics;
using System.Runtime.CompilerServices;
using HpcLinReg.Descent;

namespace HpcLinReg;

/// <summary>
/// Full-batch gradient descent on (Σv(Xw + b − y)² + λ‖w‖²)/Σv: p ← p − η∇L, one pass over the rows a step by the fused
/// gradient kernel.
/// </summary>
/// <remarks>
/// For quadratic losses a constant rate η below 2/λmax converges, and with η = 1/λmax the loss falls by at least the factor
/// (1 − 1/κ)² a step towards its minimum, κ being the condition number of the Hessian. Before the first step the rows are read once
/// for means and scales, a few times for λmax (power iteration), and once for the first gradient. Where the gradient's norm allows for
/// convergence, and at the limit of steps, the distance to the minimum is estimated in some 3(d + 1) passes (docs/numerics.md). Steps
/// allocate nothing. The same data and options give the same bits, in memory or streamed. Thread-safe while no thread writes the inputs.
/// NaN and infinity in the data are refused, by row and column.
/// </remarks>
public static class GradientDescent
{
    /// <summary>The default of the steps over which <see cref="RateSchedule.InverseTime"/> halves the rate.</summary>
    private const int DefaultDecaySteps = 100;

    /// <summary>
    /// The default of the largest number of steps. At the rate 1/λmax the error falls by the factor 1 − 1/κ² a step, κ being the condition
    /// number of the standardized design. For κ ≤ 30, 40,000 steps give e⁻⁴⁴ = 1e-19; a distance of 1e-8, for coefficients of a thousandth
    /// of the largest, needs 1e-13 or so.
    /// </summary>
    private const long DefaultSteps = 40_000;

    /// <summary>Fits a model to rows in memory by the default options.</summary>
    /// <inheritdoc cref="Fit{T}(MatrixSpan{T}, ReadOnlySpan{T}, GradientDescentOptions, CancellationToken)"/>
    public static DescentResult Fit<T>(MatrixSpan<T> x, ReadOnlySpan<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Fit(x, y, default, null, CancellationToken.None);

    /// <inheritdoc cref="Fit{T}(MatrixSpan{T}, ReadOnlySpan{T}, GradientDescentOptions, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public static DescentResult Fit<T>(MatrixSpan<T> x, ReadOnlySpan<T> y, GradientDescentOptions? options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Fit(x, y, default, options, CancellationToken.None);

    /// <summary>Fits a model to rows in memory by gradient descent.</summary>
    /// <param name="x">The design matrix, n × d.</param>
    /// <param name="y">The target, n values.</param>
    /// <param name="options">The loss, the method's settings and the stopping rule; null for the defaults.</param>
    /// <param name="cancellationToken">
    /// Stops the descent; the result then has <see cref="StopReason.Cancelled"/> and a usable model.
    /// </param>
    /// <returns>
    /// The fitted model, the loss history and the reason the descent stopped; <see cref="StopReason.Diverged"/> is a result, not an
    /// exception.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// Lengths disagree, there are no rows, a cell is not finite, or (standardized, with intercept) the target is constant.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="OverflowException">
    /// Squares of a column exceed the range of double or fall below it (deviations below 1e-130).
    /// </exception>
    [OverloadResolutionPriority(1)]
    public static DescentResult Fit<T>(MatrixSpan<T> x, ReadOnlySpan<T> y, GradientDescentOptions? options,
        CancellationToken cancellationToken)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Fit(x, y, default, options, cancellationToken);

    /// <inheritdoc cref="Fit{T}(MatrixSpan{T}, ReadOnlySpan{T}, ReadOnlySpan{double}, GradientDescentOptions, CancellationToken)"/>
    public static DescentResult Fit<T>(MatrixSpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<double> rowWeights, GradientDescentOptions? options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Fit(x, y, rowWeights, options, CancellationToken.None);

    /// <summary>Fits a model to rows in memory, each with a weight, by gradient descent.</summary>
    /// <param name="x">The design matrix, n × d.</param>
    /// <param name="y">The target, n values.</param>
    /// <param name="rowWeights">v, n finite numbers of at least 0; a row of weight 0 does not count. Empty for ones.</param>
    /// <param name="options">The loss, the method's settings and the stopping rule; null for the defaults.</param>
    /// <param name="cancellationToken">
    /// Stops the descent; the result then has <see cref="StopReason.Cancelled"/> and a usable model.
    /// </param>
    /// <returns>
    /// The fitted model, the loss history and the reason the descent stopped; <see cref="StopReason.Diverged"/> is a result, not an
    /// exception.
    /// </returns>
    /// <exception cref="ArgumentException">As without weights; or a weight is negative or not finite, or all are 0.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="OverflowException">
    /// Squares of a column exceed the range of double or fall below it (deviations below 1e-130).
    /// </exception>
    public static DescentResult Fit<T>(
        MatrixSpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<double> rowWeights, GradientDescentOptions? options,
        CancellationToken cancellationToken)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var blocks = MemoryBlocks<T>.Of(x, y, rowWeights);
        return Run<T, MemoryBlocks<T>>(ref blocks, !rowWeights.IsEmpty, options ?? new GradientDescentOptions(), cancellationToken);
    }

    /// <inheritdoc cref="Fit(IRowSource, GradientDescentOptions, CancellationToken)"/>
    public static DescentResult Fit(IRowSource rows) => Fit(rows, null, CancellationToken.None);

    /// <inheritdoc cref="Fit(IRowSource, GradientDescentOptions, CancellationToken)"/>
    public static DescentResult Fit(IRowSource rows, GradientDescentOptions? options) => Fit(rows, options, CancellationToken.None);

    /// <summary>Fits a model by gradient descent to rows that are read again for every step.</summary>
    /// <param name="rows">Joint columns [X | y], or [X | y | v] where <see cref="IRowSource.HasWeights"/>.</param>
    /// <param name="options">The loss, the method's settings and the stopping rule; null for the defaults.</param>
    /// <param name="cancellationToken">
    /// Stops the descent, also in the middle of a reading; the result then has <see cref="StopReason.Cancelled"/> and a usable model.
    /// </param>
    /// <returns>The result that the same rows in memory give, with the same bits.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="rows"/> is null.</exception>
    /// <exception cref="ArgumentException">As in memory.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="InvalidOperationException">The source gives other rows in a later reading, in number or in a cell.</exception>
    /// <exception cref="OverflowException">
    /// Squares of a column exceed the range of double or fall below it (deviations below 1e-130).
    /// </exception>
    /// <remarks>Memory: one block of 2048 rows and a sample of at most 4096, whatever the number of rows.</remarks>
    public static DescentResult Fit(IRowSource rows, GradientDescentOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var blocks = new StreamBlocks(rows, cancellationToken);
        try
        {
            return Run<double, StreamBlocks>(ref blocks, rows.HasWeights, options ?? new GradientDescentOptions(), cancellationToken);
        }
        finally
        {
            blocks.Dispose();
        }
    }

    private static DescentResult Run<T, TBlocks>(ref TBlocks blocks, bool weighted, GradientDescentOptions options,
        CancellationToken cancellationToken)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TBlocks : IRowBlocks<T>, allows ref struct
    {
        options.Require(blocks.Features);
        long steps = options.Steps ?? DefaultSteps;
        DescentRun? run = null;
        double rate = options.Rate ?? double.NaN;
        double largestStableRate = double.NaN;
        long rows = 0;
        try
        {
            var sample = new RowSample(blocks.Features, weighted);
            ColumnScales scales = DescentRun.Measure<T, TBlocks>(ref blocks, sample, options);
            rows = scales.Rows;
            var objective = new Objective(scales, options);
            run = new DescentRun(options, objective, scales, cancellationToken);
            double[] point = DescentRun.Start(options, objective, scales);
            run.KeepLast(point);

            // The eigenvector of the sample is nearly that of all rows.
            double[] vector = LargestEigenvalue.Start(options, blocks.Features);
            LargestEigenvalue.OfSample(sample, objective, vector);
            double curvature = LargestEigenvalue.OfAll<T, TBlocks>(ref blocks, objective, scales.TotalWeight, vector);
            largestStableRate = StepRule.StableProduct(options) / curvature;
            rate = options.Rate ?? (curvature > 0 ? 1 / curvature : 1);
            var rule = new StepRule(options, point.Length, rate, steps, DefaultDecaySteps);
            double[] gradient = new double[point.Length];
            double used = 0;
            for (long step = 0; ; step++)
            {
                double loss = run.Evaluate<T, TBlocks>(ref blocks, scales.TotalWeight, point, gradient);
                var at = new LossPoint(step, loss, LargestEigenvalue.Norm(gradient), used);
                bool unchanged = step > 0 && point.AsSpan().SequenceEqual(run.Last);
                if (run.Arrive<T, TBlocks>(ref blocks, at, steps, point, gradient, unchanged) is { } reason)
                {
                    return run.ToResult(reason, rate, largestStableRate, rows);
                }

                used = rule.Rate(step);
                rule.Step(point, gradient, used);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return run?.ToResult(StopReason.Cancelled, rate, largestStableRate, rows) ?? DescentRun.NotBegun(options, blocks.Features);
        }
    }
}
