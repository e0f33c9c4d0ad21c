using System.Numerics;
using System.Numerics.Tensors;
using HpcLinReg.Kernels;
using HpcLinReg.Rows;
using HpcLinReg.Threads;

namespace HpcLinReg;

/// <summary>
/// The primitives of linear regression over buffers the caller owns, and the least-squares fit. With X of n rows and d
/// columns, weights w and intercept b: ŷ = Xw + b, residuals r = ŷ − y, loss (1/n)·Σr², its gradients (2/n)·Xᵀr and
/// (2/n)·Σr.
/// </summary>
/// <remarks>
/// Every method is thread-safe as long as nobody writes its inputs, and only
/// <see cref="Fit{T}(MatrixSpan{T}, ReadOnlySpan{T}, FitOptions?)"/> allocates. What is stored may be double or float; arithmetic and
/// results are double. On hardware with fused multiply-add (AVX2, AVX-512, Arm64) the same data give the same bits whatever the vector
/// width. NaN and infinity propagate by IEEE 754, except in <see cref="Fit{T}(MatrixSpan{T}, ReadOnlySpan{T}, FitOptions?)"/>, which
/// refuses them. A destination may not overlap any input.
/// </remarks>
public static partial class LinearRegression
{
    /// <summary>Computes predictions: destinationᵢ = Σⱼ xᵢⱼwⱼ + b.</summary>
    /// <param name="x">The design matrix, n × d.</param>
    /// <param name="weights">w, d of them.</param>
    /// <param name="intercept">b.</param>
    /// <param name="destination">Receives n predictions, rounded once more when it stores float.</param>
    /// <exception cref="ArgumentException">Lengths disagree, or the destination overlaps an input.</exception>
    /// <remarks>Allocates nothing. A row gets the same bits alone and in any batch.</remarks>
    public static void Predict<T, TResult>(MatrixSpan<T> x, ReadOnlySpan<double> weights, double intercept, Span<TResult> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TResult : unmanaged, IBinaryFloatingPointIeee754<TResult>
    {
        RequirePredictions(x, weights, destination);
        Predictions.Rows(x, weights, intercept, destination);
    }

    /// <summary>Predictions on several threads: destinationᵢ = Σⱼ xᵢⱼwⱼ + b.</summary>
    /// <param name="x">The design matrix, n × d.</param>
    /// <param name="weights">w, d of them.</param>
    /// <param name="intercept">b.</param>
    /// <param name="destination">Receives n predictions, rounded once more when it stores float.</param>
    /// <param name="threads">
    /// The most threads, at least 1. Another one is used only for another tenth of a millisecond of work or so.
    /// </param>
    /// <exception cref="ArgumentException">Lengths disagree, or the destination overlaps an input.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is less than 1.</exception>
    /// <remarks>The bits are the same for any number of threads. With more than one it allocates their tasks, about a kilobyte.</remarks>
    public static void Predict<T, TResult>(
        MatrixSpan<T> x, ReadOnlySpan<double> weights, double intercept, Span<TResult> destination, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TResult : unmanaged, IBinaryFloatingPointIeee754<TResult>
    {
        RowThreads.Require(threads);
        RequirePredictions(x, weights, destination);
        ParallelPredictions.Rows(x, weights, intercept, destination, threads);
    }

    private static void RequirePredictions<T, TResult>(MatrixSpan<T> x, ReadOnlySpan<double> weights, Span<TResult> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TResult : unmanaged, IBinaryFloatingPointIeee754<TResult>
    {
        RowArguments.RequireWeights(x, weights);
        RowArguments.RequirePredictions(x, destination);
        RowArguments.RequireApart(destination, weights, nameof(destination), nameof(weights));
    }

    /// <summary>Computes residuals: destinationᵢ = Σⱼ xᵢⱼwⱼ + b − yᵢ (prediction minus target).</summary>
    /// <param name="x">The design matrix, n × d.</param>
    /// <param name="y">The target, n values.</param>
    /// <param name="weights">w, d of them.</param>
    /// <param name="intercept">b.</param>
    /// <param name="destination">Receives n residuals.</param>
    /// <exception cref="ArgumentException">Lengths disagree, or the destination overlaps an input.</exception>
    /// <remarks>Allocates nothing.</remarks>
    public static void Residuals<T>(MatrixSpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<double> weights, double intercept,
        Span<double> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RowArguments.RequireWeights(x, weights);
        RowArguments.RequirePerRow(x, y.Length, nameof(y));
        RowArguments.RequirePerRow(x, destination.Length, nameof(destination));
        RowArguments.RequireApart<double, T>(destination, x.Values, nameof(destination), nameof(x));
        RowArguments.RequireApart<double, T>(destination, y, nameof(destination), nameof(y));
        RowArguments.RequireApart(destination, weights, nameof(destination), nameof(weights));
        Kernels.Residuals.Rows(x, y, weights, intercept, destination);
    }

    /// <summary>Computes the transposed product Xᵀr: destinationⱼ = Σᵢ xᵢⱼrᵢ.</summary>
    /// <param name="x">The design matrix, n × d.</param>
    /// <param name="residuals">r, n values.</param>
    /// <param name="destination">Receives d sums; zeros when there are no rows.</param>
    /// <exception cref="ArgumentException">Lengths disagree, or the destination overlaps an input.</exception>
    /// <remarks>
    /// Allocates nothing beyond a pooled buffer for d &gt; 512. Error of sum j: at most γ(2048 + n/2048)·Σᵢ|xᵢⱼrᵢ|.
    /// </remarks>
    public static void TransposeMultiply<T>(MatrixSpan<T> x, ReadOnlySpan<double> residuals, Span<double> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RowArguments.RequirePerRow(x, residuals.Length, nameof(residuals));
        RowArguments.RequirePerColumn(x, destination.Length, nameof(destination));
        RowArguments.RequireApart<double, T>(destination, x.Values, nameof(destination), nameof(x));
        RowArguments.RequireApart(destination, residuals, nameof(destination), nameof(residuals));
        Kernels.TransposeMultiply.Product(x, residuals, destination);
    }

    /// <summary>Computes the mean squared error (1/n)·Σ(ŷᵢ − yᵢ)².</summary>
    /// <param name="x">The design matrix, n × d.</param>
    /// <param name="y">The target, n values.</param>
    /// <param name="weights">w, d of them.</param>
    /// <param name="intercept">b.</param>
    /// <returns>The loss, with the bits <see cref="Gradient"/> reports.</returns>
    /// <exception cref="ArgumentException">Lengths disagree, or there are no rows.</exception>
    /// <remarks>Allocates nothing; one pass over x.</remarks>
    public static double MeanSquaredError<T>(MatrixSpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<double> weights, double intercept)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RowArguments.RequireWeights(x, weights);
        RowArguments.RequirePerRow(x, y.Length, nameof(y));
        RowArguments.RequireRows(x);
        return Kernels.Gradient.SumOfSquares(x, y, weights, intercept) / x.Rows;
    }

    /// <summary>Computes the loss and its gradient in one pass over x: (1/n)·Σr², (2/n)·Xᵀr and (2/n)·Σr.</summary>
    /// <param name="x">The design matrix, n × d.</param>
    /// <param name="y">The target, n values.</param>
    /// <param name="weights">w, d of them.</param>
    /// <param name="intercept">b.</param>
    /// <param name="weightGradient">Receives (2/n)·Xᵀr, d values.</param>
    /// <returns>The loss and its derivative by b.</returns>
    /// <exception cref="ArgumentException">Lengths disagree, there are no rows, or the gradient's buffer overlaps an input.</exception>
    /// <remarks>
    /// Allocates nothing beyond a pooled buffer for d &gt; 512. Each gradient is 2·Σ divided by n, so it is the sum's
    /// error and one rounding away from exact.
    /// </remarks>
    public static LossGradient Gradient<T>(
        MatrixSpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<double> weights, double intercept, Span<double> weightGradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RowArguments.RequireWeights(x, weights);
        RowArguments.RequirePerRow(x, y.Length, nameof(y));
        RowArguments.RequirePerColumn(x, weightGradient.Length, nameof(weightGradient));
        RowArguments.RequireApart<double, T>(weightGradient, x.Values, nameof(weightGradient), nameof(x));
        RowArguments.RequireApart<double, T>(weightGradient, y, nameof(weightGradient), nameof(y));
        RowArguments.RequireApart(weightGradient, weights, nameof(weightGradient), nameof(weights));
        RowArguments.RequireRows(x);
        (double squares, double sum) = Kernels.Gradient.Sums(x, y, weights, intercept, weightGradient);
        TensorPrimitives.Multiply(weightGradient, 2, weightGradient);
        TensorPrimitives.Divide(weightGradient, x.Rows, weightGradient);
        return new LossGradient(squares / x.Rows, 2 * sum / x.Rows);
    }
}
