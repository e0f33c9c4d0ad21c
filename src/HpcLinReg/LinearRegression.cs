using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using HpcLinReg.Kernels;

namespace HpcLinReg;

/// <summary>
/// The primitives of linear regression over buffers the caller owns, and the least-squares fit. With X of n rows and d
/// columns, weights w and intercept b: ŷ = Xw + b, residuals r = ŷ − y, loss (1/n)·Σr², its gradients (2/n)·Xᵀr and
/// (2/n)·Σr.
/// </summary>
/// <remarks>
/// Every method is thread-safe as long as nobody writes its inputs, and only <see cref="Fit{T}(MatrixSpan{T}, ReadOnlySpan{T}, FitOptions?)"/> allocates. What is stored
/// may be double or float; arithmetic and results are double. On hardware with fused multiply-add (AVX2, AVX-512, Arm64)
/// the same data give the same bits whatever the vector width. NaN and infinity propagate by IEEE 754, except in
/// <see cref="Fit{T}(MatrixSpan{T}, ReadOnlySpan{T}, FitOptions?)"/>, which refuses them. A destination may not overlap any input.
/// </remarks>
public static partial class LinearRegression
{
    /// <summary>Predictions: destinationᵢ = Σⱼ xᵢⱼwⱼ + b.</summary>
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
        RequireWeights(x, weights);
        RequirePredictions(x, destination);
        RequireApart(destination, weights, nameof(destination), nameof(weights));
        Predictions.Rows(x, weights, intercept, destination);
    }

    /// <summary>Residuals: destinationᵢ = Σⱼ xᵢⱼwⱼ + b − yᵢ (prediction minus target).</summary>
    /// <param name="x">The design matrix, n × d.</param>
    /// <param name="y">The target, n values.</param>
    /// <param name="weights">w, d of them.</param>
    /// <param name="intercept">b.</param>
    /// <param name="destination">Receives n residuals.</param>
    /// <exception cref="ArgumentException">Lengths disagree, or the destination overlaps an input.</exception>
    /// <remarks>Allocates nothing.</remarks>
    public static void Residuals<T>(MatrixSpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<double> weights, double intercept, Span<double> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RequireWeights(x, weights);
        RequirePerRow(x, y.Length, nameof(y));
        RequirePerRow(x, destination.Length, nameof(destination));
        RequireApart<double, T>(destination, x.Values, nameof(destination), nameof(x));
        RequireApart<double, T>(destination, y, nameof(destination), nameof(y));
        RequireApart(destination, weights, nameof(destination), nameof(weights));
        Kernels.Residuals.Rows(x, y, weights, intercept, destination);
    }

    /// <summary>The transposed product Xᵀr: destinationⱼ = Σᵢ xᵢⱼrᵢ.</summary>
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
        RequirePerRow(x, residuals.Length, nameof(residuals));
        RequirePerColumn(x, destination.Length, nameof(destination));
        RequireApart<double, T>(destination, x.Values, nameof(destination), nameof(x));
        RequireApart(destination, residuals, nameof(destination), nameof(residuals));
        Kernels.TransposeMultiply.Product(x, residuals, destination);
    }

    /// <summary>The mean squared error (1/n)·Σ(ŷᵢ − yᵢ)².</summary>
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
        RequireWeights(x, weights);
        RequirePerRow(x, y.Length, nameof(y));
        RequireRows(x);
        return Kernels.Gradient.SumOfSquares(x, y, weights, intercept) / x.Rows;
    }

    /// <summary>Loss and gradient in one pass over x: (1/n)·Σr², (2/n)·Xᵀr and (2/n)·Σr.</summary>
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
        RequireWeights(x, weights);
        RequirePerRow(x, y.Length, nameof(y));
        RequirePerColumn(x, weightGradient.Length, nameof(weightGradient));
        RequireApart<double, T>(weightGradient, x.Values, nameof(weightGradient), nameof(x));
        RequireApart<double, T>(weightGradient, y, nameof(weightGradient), nameof(y));
        RequireApart(weightGradient, weights, nameof(weightGradient), nameof(weights));
        RequireRows(x);
        (double squares, double sum) = Kernels.Gradient.Sums(x, y, weights, intercept, weightGradient);
        TensorPrimitives.Multiply(weightGradient, 2, weightGradient);
        TensorPrimitives.Divide(weightGradient, x.Rows, weightGradient);
        return new LossGradient(squares / x.Rows, 2 * sum / x.Rows);
    }

    internal static void RequireRowsOf<T>(MatrixSpan<T> x, int targets)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RequirePerRow(x, targets, "y");
        RequireRows(x);
    }

    /// <summary>Refuses a destination of predictions of x that is of another length, another type or overlaps x.</summary>
    internal static void RequirePredictions<T, TResult>(MatrixSpan<T> x, Span<TResult> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TResult : unmanaged, IBinaryFloatingPointIeee754<TResult>
    {
        RequireDoubleOrFloat<TResult>();
        RequirePerRow(x, destination.Length, nameof(destination));
        RequireApart<TResult, T>(destination, x.Values, nameof(destination), nameof(x));
    }

    internal static void RequireDoubleOrFloat<T>()
    {
        if (typeof(T) != typeof(double) && typeof(T) != typeof(float))
        {
            Throw.ElementTypeNotSupported(typeof(T));
        }
    }

    private static void RequireRows<T>(MatrixSpan<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (x.Rows == 0)
        {
            Throw.NoRows();
        }
    }

    private static void RequireWeights<T>(MatrixSpan<T> x, ReadOnlySpan<double> weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (x.Columns != weights.Length)
        {
            Throw.ColumnsAgainstWeights(x.Columns, weights.Length);
        }
    }

    private static void RequirePerRow<T>(MatrixSpan<T> x, int length, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (x.Rows != length)
        {
            Throw.RowsAgainst(name, x.Rows, length);
        }
    }

    private static void RequirePerColumn<T>(MatrixSpan<T> x, int length, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (x.Columns != length)
        {
            Throw.ColumnsAgainst(name, x.Columns, length);
        }
    }

    private static void RequireApart<TWritten, TRead>(Span<TWritten> written, ReadOnlySpan<TRead> read, string writtenName, string readName)
        where TWritten : unmanaged
        where TRead : unmanaged
    {
        if (MemoryMarshal.AsBytes(written).Overlaps(MemoryMarshal.AsBytes(read)))
        {
            Throw.Overlap(writtenName, readName);
        }
    }
}

/// <summary>What <see cref="LinearRegression.Gradient"/> returns beside the weights' gradient.</summary>
/// <param name="Loss">(1/n)·Σr², in the target's units squared.</param>
/// <param name="InterceptGradient">(2/n)·Σr, the derivative of the loss by b.</param>
public readonly record struct LossGradient(double Loss, double InterceptGradient);
