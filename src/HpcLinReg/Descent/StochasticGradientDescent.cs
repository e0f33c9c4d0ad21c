using System.Numerics;
using System.Runtime.CompilerServices;
using HpcLinReg.Descent;

namespace HpcLinReg;

/// <summary>
/// Gradient descent by mini-batches of shuffled rows, for data that can be read a few times only. Otherwise as
/// <see cref="GradientDescent"/>.
/// </summary>
/// <remarks>
/// <para>
/// The default rate falls: η₀/(1 + t/T) at step t, with η₀ half of <see cref="DescentResult.LargestStableRate"/> and T = 2/(λmin·η₀),
/// both estimated from a sample of rows. A constant rate ends in a neighbourhood of the minimum whose size grows with the rate and the
/// noise; it reaches the minimum only where the data fit exactly. With a rate that falls, a mini-batch with fewer rows than the others,
/// the last one, makes a step that is shorter in proportion.
/// </para>
/// <para>
/// Before the first step the rows are read once for means, scales and the sample, and once for the first loss and gradient. An epoch reads
/// them twice: for its steps, and for the loss and gradient of all rows after them. Only these losses decide which model is the best; the
/// losses of single mini-batches stand in <see cref="LossHistory.MiniBatches"/>. Where the gradient of all rows allows for convergence, the
/// distance to the minimum is estimated, as in <see cref="GradientDescent"/>. Divergence is also judged within an epoch, by the mean loss
/// of some 2048 rows. Steps allocate nothing. The same data, options and seed give the same bits, in memory or streamed.
/// </para>
/// </remarks>
public static class StochasticGradientDescent
{
    /// <summary>Fits a model to rows in memory by the default options.</summary>
    /// <inheritdoc cref="Fit{T}(MatrixSpan{T}, ReadOnlySpan{T}, StochasticGradientDescentOptions, CancellationToken)"/>
    public static DescentResult Fit<T>(MatrixSpan<T> x, ReadOnlySpan<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Fit(x, y, default, null, CancellationToken.None);

    /// <inheritdoc cref="Fit{T}(MatrixSpan{T}, ReadOnlySpan{T}, StochasticGradientDescentOptions, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public static DescentResult Fit<T>(MatrixSpan<T> x, ReadOnlySpan<T> y, StochasticGradientDescentOptions? options)
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
    public static DescentResult Fit<T>(MatrixSpan<T> x, ReadOnlySpan<T> y, StochasticGradientDescentOptions? options,
        CancellationToken cancellationToken)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Fit(x, y, default, options, cancellationToken);

    /// <inheritdoc cref="Fit{T}(MatrixSpan{T}, ReadOnlySpan{T}, ReadOnlySpan{double}, StochasticGradientDescentOptions, CancellationToken)"/>
    public static DescentResult Fit<T>(MatrixSpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<double> rowWeights,
        StochasticGradientDescentOptions? options)
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
        MatrixSpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<double> rowWeights, StochasticGradientDescentOptions? options,
        CancellationToken cancellationToken)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var blocks = MemoryBlocks<T>.Of(x, y, rowWeights);
        return Run<T, MemoryBlocks<T>>(ref blocks, !rowWeights.IsEmpty, options ?? new StochasticGradientDescentOptions(),
            cancellationToken);
    }

    /// <inheritdoc cref="Fit(IRowSource, StochasticGradientDescentOptions, CancellationToken)"/>
    public static DescentResult Fit(IRowSource rows) => Fit(rows, null, CancellationToken.None);

    /// <inheritdoc cref="Fit(IRowSource, StochasticGradientDescentOptions, CancellationToken)"/>
    public static DescentResult Fit(IRowSource rows, StochasticGradientDescentOptions? options) =>
        Fit(rows, options, CancellationToken.None);

    /// <summary>Fits a model by mini-batches to rows that are read again for every epoch.</summary>
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
    /// <remarks>Memory: the window, a sample of at most 4096 rows, and one block of 2048.</remarks>
    public static DescentResult Fit(IRowSource rows, StochasticGradientDescentOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var blocks = new StreamBlocks(rows, cancellationToken);
        try
        {
            return Run<double, StreamBlocks>(ref blocks, rows.HasWeights, options ?? new StochasticGradientDescentOptions(),
                cancellationToken);
        }
        finally
        {
            blocks.Dispose();
        }
    }

    private static DescentResult Run<T, TBlocks>(ref TBlocks blocks, bool weighted, StochasticGradientDescentOptions options,
        CancellationToken cancellationToken)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TBlocks : IRowBlocks<T>, allows ref struct
    {
        options.Require(blocks.Features);
        MiniBatches? batches = null;
        try
        {
            var sample = new RowSample(blocks.Features, weighted);
            ColumnScales scales = DescentRun.Measure<T, TBlocks>(ref blocks, sample, options);
            batches = new MiniBatches(options, scales, sample, weighted, cancellationToken);
            StopReason? stop = batches.Begin<T, TBlocks>(ref blocks);
            while (stop is null)
            {
                stop = batches.Epoch<T, TBlocks>(ref blocks);
            }

            return batches.ToResult(stop.Value);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return batches?.ToResult(StopReason.Cancelled) ?? DescentRun.NotBegun(options, blocks.Features);
        }
    }
}
