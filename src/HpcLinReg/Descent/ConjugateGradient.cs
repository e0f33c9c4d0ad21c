using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HpcLinReg.Descent;
using HpcLinReg.Kernels;

namespace HpcLinReg;

/// <summary>
/// Fits by conjugate gradients on the rows themselves, without forming the normal equations (CGLS: Hestenes, Stiefel 1952; Björck 1996,
/// §7.4), preconditioned by the diagonal of the Hessian: the least-squares answer in about √κ·log(1/ε) steps, with d values of memory where
/// the normal equations need d².
/// </summary>
/// <remarks>
/// A step makes two passes over the rows: one along the direction for its curvature Σv(Xp)², one for loss and gradient at the new point.
/// The gradient is computed from the residuals each time and not by recurrence, so rounding errors do not accumulate, and no residuals are
/// kept: memory does not grow with the rows. Each direction is made conjugate to the last by its product with the Hessian, the point is
/// carried in double-double, and gradients that are mostly rounding are computed so; that converges where the standardized design has a
/// condition number up to a thousand. The estimate of the distance to the minimum keeps up to 32 MiB of vectors. Otherwise as
/// <see cref="GradientDescent"/>.
/// </remarks>
public static class ConjugateGradient
{
    /// <summary>Fits a model to rows in memory by the default options.</summary>
    /// <inheritdoc cref="Fit{T}(MatrixSpan{T}, ReadOnlySpan{T}, DescentOptions, CancellationToken)"/>
    public static DescentResult Fit<T>(MatrixSpan<T> x, ReadOnlySpan<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Fit(x, y, default, null, CancellationToken.None);

    /// <inheritdoc cref="Fit{T}(MatrixSpan{T}, ReadOnlySpan{T}, DescentOptions, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public static DescentResult Fit<T>(MatrixSpan<T> x, ReadOnlySpan<T> y, DescentOptions? options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Fit(x, y, default, options, CancellationToken.None);

    /// <summary>Fits a model to rows in memory by conjugate gradients.</summary>
    /// <param name="x">The design matrix, n × d.</param>
    /// <param name="y">The target, n values.</param>
    /// <param name="options">The loss and the stopping rule; null for the defaults.</param>
    /// <param name="cancellationToken">
    /// Stops the descent; the result then has <see cref="StopReason.Cancelled"/> and a usable model.
    /// </param>
    /// <returns>The fitted model, the loss history and the reason the descent stopped.</returns>
    /// <exception cref="ArgumentException">
    /// Lengths disagree, there are no rows, a cell is not finite, or (standardized, with intercept) the target is constant.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="OverflowException">
    /// Squares of a column exceed the range of double or fall below it (deviations below 1e-130).
    /// </exception>
    [OverloadResolutionPriority(1)]
    public static DescentResult Fit<T>(MatrixSpan<T> x, ReadOnlySpan<T> y, DescentOptions? options, CancellationToken cancellationToken)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Fit(x, y, default, options, cancellationToken);

    /// <inheritdoc cref="Fit{T}(MatrixSpan{T}, ReadOnlySpan{T}, ReadOnlySpan{double}, DescentOptions, CancellationToken)"/>
    public static DescentResult Fit<T>(MatrixSpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<double> rowWeights, DescentOptions? options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Fit(x, y, rowWeights, options, CancellationToken.None);

    /// <summary>Fits a model to rows in memory, each with a weight, by conjugate gradients.</summary>
    /// <param name="x">The design matrix, n × d.</param>
    /// <param name="y">The target, n values.</param>
    /// <param name="rowWeights">v, n finite numbers of at least 0; a row of weight 0 does not count. Empty for ones.</param>
    /// <param name="options">The loss and the stopping rule; null for the defaults.</param>
    /// <param name="cancellationToken">
    /// Stops the descent; the result then has <see cref="StopReason.Cancelled"/> and a usable model.
    /// </param>
    /// <returns>The fitted model, the loss history and the reason the descent stopped.</returns>
    /// <exception cref="ArgumentException">As without weights; or a weight is negative or not finite, or all are 0.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="OverflowException">
    /// Squares of a column exceed the range of double or fall below it (deviations below 1e-130).
    /// </exception>
    public static DescentResult Fit<T>(
        MatrixSpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<double> rowWeights, DescentOptions? options, CancellationToken cancellationToken)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var blocks = MemoryBlocks<T>.Of(x, y, rowWeights);
        return Run<T, MemoryBlocks<T>>(ref blocks, options ?? new DescentOptions(), cancellationToken);
    }

    /// <inheritdoc cref="Fit(IRowSource, DescentOptions, CancellationToken)"/>
    public static DescentResult Fit(IRowSource rows) => Fit(rows, null, CancellationToken.None);

    /// <inheritdoc cref="Fit(IRowSource, DescentOptions, CancellationToken)"/>
    public static DescentResult Fit(IRowSource rows, DescentOptions? options) => Fit(rows, options, CancellationToken.None);

    /// <summary>Fits a model by conjugate gradients to rows that are read twice for every step.</summary>
    /// <param name="rows">Joint columns [X | y], or [X | y | v] where <see cref="IRowSource.HasWeights"/>.</param>
    /// <param name="options">The loss and the stopping rule; null for the defaults.</param>
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
    public static DescentResult Fit(IRowSource rows, DescentOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var blocks = new StreamBlocks(rows, cancellationToken);
        try
        {
            return Run<double, StreamBlocks>(ref blocks, options ?? new DescentOptions(), cancellationToken);
        }
        finally
        {
            blocks.Dispose();
        }
    }

    private static DescentResult Run<T, TBlocks>(ref TBlocks blocks, DescentOptions options, CancellationToken cancellationToken)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TBlocks : IRowBlocks<T>, allows ref struct
    {
        options.Require(blocks.Features);
        long steps = options.Steps ?? (10L * (blocks.Features + 1));
        DescentRun? run = null;
        long rows = 0;
        try
        {
            ColumnScales scales = DescentRun.Measure<T, TBlocks>(ref blocks, sample: null, options);
            rows = scales.Rows;
            var objective = new Objective(scales, options);
            run = new DescentRun(options, objective, scales, cancellationToken);
            double[] point = DescentRun.Start(options, objective, scales);
            run.KeepLast(point);
            double[] diagonal = Diagonal(objective);
            double[] low = new double[point.Length];
            double[] gradient = new double[point.Length];
            double[] preconditioned = new double[point.Length];
            double[] direction = new double[point.Length];
            double[] product = new double[point.Length];
            double curvature = 0;
            double rate = 0;
            for (long step = 0; ; step++)
            {
                bool wasExact = run.IsDoubleDouble;
                double loss = run.Evaluate<T, TBlocks>(ref blocks, scales.TotalWeight, point, gradient, low);
                var at = new LossPoint(step, loss, LargestEigenvalue.Norm(gradient), rate);
                if (run.Arrive<T, TBlocks>(ref blocks, at, steps, point, gradient, unchanged: step > 0 && rate == 0) is { } reason)
                {
                    double squares = objective.SumOfSquares;
                    DescentResult result = run.ToResult(reason, double.NaN, double.NaN, rows);
                    int target = scales.Features;
                    double total = options.Intercept ? scales.Variance(target) : scales.MeanSquare(target);
                    result.Sums = new SolutionSums(scales.TotalWeight, squares, total * scales.TotalWeight, [.. scales.Means]);
                    return result;
                }

                // The factor is computed from the product of the last direction with the Hessian, so directions stay conjugate in spite of
                // rounding; with the textbook's quotient of gradients they do not, and the method stalls. When double-double begins, the
                // last direction is dropped: rounding dominated the gradients it came from.
                TensorPrimitives.Divide(gradient, diagonal, preconditioned);
                double share = curvature > 0 && wasExact == run.IsDoubleDouble ? Dot(preconditioned, product) / curvature : 0;
                TensorPrimitives.Multiply(direction, share, direction);
                Elementwise.Axpy(-1, preconditioned, direction);
                curvature = 2 * objective.Evaluate<T, TBlocks>(ref blocks, scales.TotalWeight, direction, product, withoutTarget: true);

                // Along a direction without curvature the loss does not change, so the minimum is reached as far as this method can.
                rate = curvature > 0 ? -Dot(gradient, direction) / curvature : 0;
                Move(point, low, direction, rate);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return run?.ToResult(StopReason.Cancelled, double.NaN, double.NaN, rows) ?? DescentRun.NotBegun(options, blocks.Features);
        }
    }

    /// <summary>
    /// Adds a step to a point that is carried in double-double. A rounded point would add its rounding errors, times the largest curvature,
    /// to every gradient; from a condition number of a few hundred on, they would hide the gradient along the flattest directions.
    /// </summary>
    private static void Move(Span<double> point, Span<double> low, ReadOnlySpan<double> direction, double rate)
    {
        for (int j = 0; j < point.Length; j++)
        {
            (point[j], low[j]) = new DoubleDouble(point[j], low[j]) + DoubleDouble.Product(rate, direction[j]);
        }
    }

    private static double[] Diagonal(Objective objective)
    {
        double[] diagonal = new double[objective.MeanSquares.Length];
        for (int j = 0; j < diagonal.Length; j++)
        {
            double curvature = (2 * objective.MeanSquares[j]) + objective.RidgeCurvature(j);
            diagonal[j] = curvature > 0 ? curvature : 1;
        }

        return diagonal;
    }

    private static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y) =>
        Reduce.Dot(ref MemoryMarshal.GetReference(x), ref MemoryMarshal.GetReference(y), x.Length);
}
