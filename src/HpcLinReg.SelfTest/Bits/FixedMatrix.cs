namespace HpcLinReg.SelfTest.Bits;

/// <summary>Positive definite matrices that are the same everywhere, of orders on both sides of the factorization's borders.</summary>
internal static class FixedMatrix
{
    internal static readonly IReadOnlyList<int> Orders = [1, 2, 7, 8, 9, 16, 33, 63, 64, 65, 100, 129, 200];

    /// <summary>Upper triangle of a matrix with n on its diagonal; what lies below does not matter.</summary>
    internal static double[] PositiveDefinite(int order)
    {
        double[] matrix = FixedProblem.Numbers(order * order, order);
        for (int i = 0; i < order; i++)
        {
            matrix[(i * order) + i] = order;
        }

        return matrix;
    }

    internal static double[] RightHandSide(int order) => FixedProblem.Numbers(order, order + 1);
}
