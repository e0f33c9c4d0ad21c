using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using HpcLinReg.Kernels;

namespace HpcLinReg.Descent;

/// <summary>
/// Computes a lower estimate of the smallest eigenvalue of the loss's Hessian, by Lanczos's method (1950; Parlett 1998, <i>The symmetric
/// eigenvalue problem</i>, ch. 13): one pass over the rows a step, from a random start, with each vector orthogonalized against all vectors
/// that are kept, so that as many steps as there are parameters give all eigenvalues.
/// </summary>
internal static class SmallestEigenvalue
{
    /// <summary>
    /// The most numbers in the vectors that are kept, 32 MiB: some 500 vectors of 8000 parameters. At least 64 vectors are kept.
    /// </summary>
    private const int MostKept = 1 << 22;

    /// <summary>The least number of vectors that are kept, however long they are.</summary>
    private const int LeastVectors = 64;

    /// <summary>
    /// The most steps. Vectors beyond those that are kept are orthogonal only to the two before them, which costs more steps but not the
    /// accuracy of the eigenvalue (Paige 1971).
    /// </summary>
    private const int MostSteps = 2048;

    /// <summary>An eigenvalue counts as found when its residual is below this share of it.</summary>
    private const double Accepted = 0.1;

    /// <summary>
    /// The number of steps in a row for which it has to be found: the smallest Ritz value may fall further after a first one.
    /// </summary>
    private const int StepsFound = 4;

    /// <summary>The share of the Ritz value that is returned, because a Ritz value may lie a little above its eigenvalue.</summary>
    private const double Safety = 0.7;

    /// <summary>
    /// The share of the trace, 2⁻⁴⁴ or some 500 roundings, below which an eigenvalue cannot be distinguished from rounding errors of the
    /// products.
    /// </summary>
    private const double Resolved = 1.0 / (1L << 44);

    /// <summary>Estimates λmin of parameters with a positive mean square.</summary>
    /// <returns>
    /// A number that is at most λmin, unless the random start is nearly orthogonal to its eigenvector; 0 when λmin cannot be distinguished
    /// from rounding errors, so that columns are collinear to the precision of double; NaN when the steps were not enough.
    /// </returns>
    internal static double Estimate<T, TBlocks>(ref TBlocks blocks, Objective objective, double totalWeight,
        CancellationToken cancellationToken)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TBlocks : IRowBlocks<T>, allows ref struct
    {
        int order = objective.MeanSquares.Length;
        bool[] isActive = Active(objective);
        int active = isActive.Count(each => each);
        double[] vector = Start(isActive);
        double[] product = new double[order];
        List<double[]> basis = [];
        double[] former = new double[order];
        int kept = Math.Max(LeastVectors, MostKept / order);
        List<double> diagonal = [];
        List<double> offDiagonal = [];
        int found = 0;
        double trace = Enumerable.Range(0, order).Where(j => isActive[j]).Sum(j => Curvature(objective, j));
        while (diagonal.Count < (active <= kept ? active : MostSteps))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (basis.Count < kept)
            {
                basis.Add([.. vector]);
            }

            double quotient = 2 * objective.Evaluate<T, TBlocks>(ref blocks, totalWeight, vector, product, withoutTarget: true);
            diagonal.Add(quotient);
            Elementwise.Axpy(-quotient, vector, product);
            Elementwise.Axpy(offDiagonal.Count > 0 ? -offDiagonal[^1] : 0, former, product);
            for (int pass = 0; pass < 2; pass++)
            {
                foreach (double[] each in basis)
                {
                    Elementwise.Axpy(-Dot(each, product), each, product);
                }
            }

            double length = LargestEigenvalue.Norm(product);
            double smallest = Smallest(diagonal, offDiagonal, trace);
            if (smallest < Resolved * trace)
            {
                return 0;
            }

            // The remainder is 0: the vectors so far span the start's part along every eigenvalue, so all eigenvalues are found.
            bool complete = diagonal.Count == active || length <= Resolved * trace;
            double residual = complete ? 0 : length * LastComponent(diagonal, offDiagonal, smallest);
            found = residual <= Accepted * smallest ? found + 1 : 0;
            if (complete || found == StepsFound)
            {
                return Safety * (smallest - residual);
            }

            offDiagonal.Add(length);
            vector.CopyTo(former, 0);
            TensorPrimitives.Divide(product, length, vector);
        }

        return active == 0 ? 1 : double.NaN;
    }

    /// <summary>
    /// Returns the start vector: of length 1, pseudo-random with a fixed seed, and 0 for parameters the loss does not depend on.
    /// </summary>
    private static double[] Start(bool[] isActive)
    {
        var random = new SplitMix(2);
        double[] vector = new double[isActive.Length];
        for (int j = 0; j < vector.Length; j++)
        {
            double value = random.Symmetric();
            vector[j] = isActive[j] ? value : 0;
        }

        double length = LargestEigenvalue.Norm(vector);
        if (length > 0)
        {
            TensorPrimitives.Divide(vector, length, vector);
        }

        return vector;
    }

    /// <summary>Returns for each parameter whether the loss depends on it by more than the rounding errors of a constant column.</summary>
    private static bool[] Active(Objective objective)
    {
        int order = objective.MeanSquares.Length;
        double largest = 0;
        for (int j = 0; j < order; j++)
        {
            largest = Math.Max(largest, Curvature(objective, j));
        }

        bool[] active = new bool[order];
        for (int j = 0; j < order; j++)
        {
            active[j] = (j == order - 1 || objective.InverseScales[j] > 0) && Curvature(objective, j) > Resolved * largest;
        }

        return active;
    }

    /// <summary>Returns a diagonal element of the Hessian.</summary>
    private static double Curvature(Objective objective, int j) => (2 * objective.MeanSquares[j]) + objective.RidgeCurvature(j);

    /// <summary>
    /// Computes the smallest eigenvalue of the tridiagonal matrix T by bisection: for μ below it no pivot of T − μI is negative.
    /// </summary>
    private static double Smallest(List<double> diagonal, List<double> offDiagonal, double trace)
    {
        double low = 0, high = diagonal.Min();
        while (high - low > 1e-3 * Resolved * trace && high - low > 1e-12 * high)
        {
            double middle = low > 0 && high > 4 * low ? Math.Sqrt(low * high) : 0.5 * (low + high);
            if (IsPositive(diagonal, offDiagonal, middle))
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <summary>Returns whether T − shift·I is positive definite.</summary>
    private static bool IsPositive(List<double> diagonal, List<double> offDiagonal, double shift)
    {
        double pivot = diagonal[0] - shift;
        for (int k = 1; k < diagonal.Count && pivot > 0; k++)
        {
            pivot = diagonal[k] - shift - (offDiagonal[k - 1] * offDiagonal[k - 1] / pivot);
        }

        return pivot > 0;
    }

    /// <summary>
    /// Returns the magnitude of the last component of an eigenvector of T, by two steps of inverse iteration from just below its
    /// eigenvalue.
    /// </summary>
    private static double LastComponent(List<double> diagonal, List<double> offDiagonal, double eigenvalue)
    {
        int count = diagonal.Count;
        double shift = eigenvalue * (1 - 1e-10);
        double[] pivots = new double[count];
        double[] vector = new double[count];
        vector.AsSpan().Fill(1);
        pivots[0] = diagonal[0] - shift;
        for (int k = 1; k < count; k++)
        {
            pivots[k] = diagonal[k] - shift - (offDiagonal[k - 1] * offDiagonal[k - 1] / pivots[k - 1]);
        }

        for (int step = 0; step < 2; step++)
        {
            for (int k = 1; k < count; k++)
            {
                vector[k] -= offDiagonal[k - 1] / pivots[k - 1] * vector[k - 1];
            }

            vector[^1] /= pivots[^1];
            for (int k = count - 2; k >= 0; k--)
            {
                vector[k] = (vector[k] - (offDiagonal[k] * vector[k + 1])) / pivots[k];
            }

            double length = LargestEigenvalue.Norm(vector);
            TensorPrimitives.Divide(vector, length, vector);
        }

        double last = Math.Abs(vector[^1]);
        return double.IsNaN(last) ? 1 : last;
    }

    private static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y) =>
        Reduce.Dot(ref MemoryMarshal.GetReference(x), ref MemoryMarshal.GetReference(y), x.Length);
}
