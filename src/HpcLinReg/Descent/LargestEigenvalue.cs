using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using HpcLinReg.Kernels;

namespace HpcLinReg.Descent;

/// <summary>
/// λmax of the loss's Hessian by power iteration, one pass over the rows a step. The answer is the Rayleigh quotient θ = pᵀHp, never above
/// λmax. First on a sample, where passes are cheap and many: after k of them from a random start θ is low by a share of
/// 0.87·ln d/(k − 1) on average, however close the next eigenvalue (Kuczyński, Woźniakowski 1992), and the small residual of a vector that
/// is near another eigenvector cannot mislead. Then on all rows from the vector found, until ‖Hp − θp‖ is at most a fiftieth of θ.
/// </summary>
internal static class LargestEigenvalue
{
    private const int SamplePasses = 200;
    private const double SampleAccepted = 1e-6;
    private const int MostPasses = 100;

    /// <summary>Up to so many parameters the sample's Hessian is no larger than the sample.</summary>
    private const int MostMatrixOrder = 1024;

    private const double Accepted = 0.02;

    /// <summary>A vector to begin with: the same for ever, orthogonal to nothing in particular.</summary>
    internal static double[] Start(DescentOptions options, int features)
    {
        var random = new SplitMix(1);
        var vector = new double[features + 1];
        for (int j = 0; j < (options.Intercept ? vector.Length : features); j++)
        {
            vector[j] = random.Symmetric();
        }

        return vector;
    }

    /// <summary>Estimates λmax of a sample, and leaves the vector near its eigenvector.</summary>
    internal static double OfSample(RowSample sample, Objective objective, Span<double> vector)
    {
        MemoryBlocks<double> blocks = sample.ToBlocks();
        if (blocks.Features is 0 or >= MostMatrixOrder)
        {
            return Estimate<double, MemoryBlocks<double>>(ref blocks, objective, sample.TotalWeight, vector, SamplePasses, SampleAccepted);
        }

        // So many passes over the sample would cost more than its Hessian.
        var hessian = new MatrixSpan<double>(SampleHessian.Of(ref blocks, objective, sample.TotalWeight), vector.Length);
        var product = new double[vector.Length];
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

    /// <summary>Estimates λmax of all rows, beginning with the vector of a sample.</summary>
    internal static double OfAll<T, TBlocks>(ref TBlocks blocks, Objective objective, double totalWeight, Span<double> vector)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TBlocks : IRowBlocks<T>, allows ref struct =>
        Estimate<T, TBlocks>(ref blocks, objective, totalWeight, vector, MostPasses, Accepted);

    private static double Estimate<T, TBlocks>(
        ref TBlocks blocks, Objective objective, double totalWeight, Span<double> vector, int passes, double accepted)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TBlocks : IRowBlocks<T>, allows ref struct
    {
        var product = new double[vector.Length];
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

    /// <summary>The Euclidean norm, with the same bits whatever the vector width; also where squares would leave the range of double.</summary>
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
