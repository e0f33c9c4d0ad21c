using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using HpcLinReg.Kernels;

namespace HpcLinReg.Descent;

/// <summary>
/// Estimates λmax of the loss's Hessian H by power iteration, one pass over the rows a step. The estimate is the Rayleigh quotient θ =
/// pᵀHp, which is never above λmax. It runs first on a sample of rows, where many passes are cheap: after k of them from a random start θ
/// is too low by a share of 0.87·ln d/(k − 1) on average, however close the next eigenvalue is (Kuczyński, Woźniakowski 1992), so a vector
/// near another eigenvector, whose residual is small as well, does not end it early. From the vector found it goes on with all rows, until
/// ‖Hp − θp‖ is at most a fiftieth of θ.
/// </summary>
internal static class LargestEigenvalue
{
    /// <summary>The most passes over the sample: by the formula above the estimate is then low by 2 % for d = 100, on average.</summary>
    private const int SamplePasses = 200;
    /// <summary>The residual, as a share of θ, at which the iteration on the sample stops.</summary>
    private const double SampleAccepted = 1e-6;
    /// <summary>The most passes over all rows; one or two are usual.</summary>
    private const int MostPasses = 100;

    /// <summary>
    /// The most parameters for which the Hessian of the sample is formed as a matrix; it is no larger than the sample then.
    /// </summary>
    private const int MostMatrixOrder = 1024;

    /// <summary>The residual, as a share of θ, at which the iteration on all rows stops: an eigenvalue lies within 2 % of θ then.</summary>
    private const double Accepted = 0.02;

    /// <summary>
    /// Returns the start vector: pseudo-random with a fixed seed, so that it is orthogonal to no eigenvector and the bits are reproducible.
    /// </summary>
    internal static double[] Start(DescentOptions options, int features)
    {
        var random = new SplitMix(1);
        double[] vector = new double[features + 1];
        for (int j = 0; j < (options.Intercept ? vector.Length : features); j++)
        {
            vector[j] = random.Symmetric();
        }

        return vector;
    }

    /// <summary>Estimates λmax of a sample; the vector becomes an approximate eigenvector.</summary>
    internal static double OfSample(RowSample sample, Objective objective, Span<double> vector)
    {
        MemoryBlocks<double> blocks = sample.ToBlocks();
        if (blocks.Features is 0 or >= MostMatrixOrder)
        {
            return Estimate<double, MemoryBlocks<double>>(ref blocks, objective, sample.TotalWeight, vector, SamplePasses, SampleAccepted);
        }

        // The passes over the sample would cost more than its Hessian.
        var hessian = new MatrixSpan<double>(SampleHessian.Of(ref blocks, objective, sample.TotalWeight), vector.Length);
        double[] product = new double[vector.Length];
        double quotient = 0;
        for (int pass = 0; pass < SamplePasses && Normalize(vector); pass++)
        {
            Predictions.Rows<double, double>(hessian, vector, 0, product);
            quotient = Reduce.Dot(ref vector[0], ref product[0], vector.Length);
            if (!(Advance(vector, product, quotient) > SampleAccepted * quotient))
            {
                break;
            }
        }

        return quotient;
    }

    /// <summary>Estimates λmax of all rows, starting with the vector of a sample.</summary>
    internal static double OfAll<T, TBlocks>(ref TBlocks blocks, Objective objective, double totalWeight, Span<double> vector)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TBlocks : IRowBlocks<T>, allows ref struct =>
        Estimate<T, TBlocks>(ref blocks, objective, totalWeight, vector, MostPasses, Accepted);

    private static double Estimate<T, TBlocks>(
        ref TBlocks blocks, Objective objective, double totalWeight, Span<double> vector, int passes, double accepted)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TBlocks : IRowBlocks<T>, allows ref struct
    {
        double[] product = new double[vector.Length];
        double quotient = 0;
        for (int pass = 0; pass < passes && Normalize(vector); pass++)
        {
            quotient = 2 * objective.Evaluate<T, TBlocks>(ref blocks, totalWeight, vector, product, withoutTarget: true);
            if (!(Advance(vector, product, quotient) > accepted * quotient))
            {
                break;
            }
        }

        return quotient;
    }

    /// <summary>Scales a vector to length 1. Returns false where its length is 0 or not finite.</summary>
    private static bool Normalize(Span<double> vector)
    {
        double length = Norm(vector);
        if (length > 0)
        {
            TensorPrimitives.Divide(vector, length, vector);
        }

        return length > 0;
    }

    /// <summary>Replaces p by Hp and returns ‖Hp − θp‖.</summary>
    private static double Advance(Span<double> vector, Span<double> product, double quotient)
    {
        Elementwise.Axpy(-quotient, vector, product);
        double residual = Norm(product);
        Elementwise.Axpy(quotient, vector, product);
        product.CopyTo(vector);
        return residual;
    }

    /// <summary>
    /// Computes the Euclidean norm, without overflow or underflow of squares, and with the same bits for any vector width.
    /// </summary>
    internal static double Norm(ReadOnlySpan<double> vector)
    {
        const double LeastSquares = 1e-280;
        double squares = Reduce.Dot(ref MemoryMarshal.GetReference(vector), ref MemoryMarshal.GetReference(vector), vector.Length);
        return squares >= LeastSquares && double.IsFinite(squares) ? Math.Sqrt(squares) : ScaledNorm(vector);
    }

    private static double ScaledNorm(ReadOnlySpan<double> vector)
    {
        double largest = 0;
        foreach (double value in vector)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        if (largest == 0 || !double.IsFinite(largest))
        {
            return largest;
        }

        double squares = 0;
        foreach (double value in vector)
        {
            squares += value / largest * (value / largest);
        }

        return largest * Math.Sqrt(squares);
    }
}
