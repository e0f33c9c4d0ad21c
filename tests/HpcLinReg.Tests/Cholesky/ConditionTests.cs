namespace HpcLinReg.Tests.Cholesky;

/// <summary>The estimate of 1/κ₂ of unit columns, where it is known.</summary>
public class ConditionTests
{
    /// <summary>Columns that all have the correlation c have the eigenvalues 1 + (n − 1)c, once, and 1 − c.</summary>
    [Theory]
    [InlineData(2, 0.5)]
    [InlineData(3, -0.4)]
    [InlineData(7, 0.9)]
    [InlineData(8, -0.12)]
    [InlineData(9, 0.999)]
    [InlineData(40, 0.99999)]
    public void Columns_of_one_correlation_have_the_condition_of_the_formula_in_any_units(int order, double correlation)
    {
        (double first, double others) = (1 + ((order - 1) * correlation), 1 - correlation);
        double expected = Math.Sqrt(Math.Min(first, others) / Math.Max(first, others));
        foreach (double unit in (double[])[1, 8, 1e-20, 1e30])
        {
            double[] factor = Factor(order, correlation, unit);
            Assert.InRange(CholeskyCondition.ReciprocalCondition(factor, order) / expected, 1 - 1e-6, 1.01);
        }
    }

    [Fact]
    public void Dropped_columns_do_not_count_and_orthogonal_ones_have_the_condition_one()
    {
        double[] factor = Factor(4, 0.8, unit: 3);
        double[] without = new double[25];
        int[] kept = [0, 1, 3, 4];
        for (int i = 0; i < 4; i++)
        {
            for (int j = i; j < 4; j++)
            {
                without[(kept[i] * 5) + kept[j]] = factor[(i * 4) + j];
            }
        }

        Assert.Equal(Math.Sqrt(0.2 / 3.4), CholeskyCondition.ReciprocalCondition(without, 5), 1e-3);
        Assert.Equal(1, CholeskyCondition.ReciprocalCondition([5, 0, 0, 2], 2), 1e-15);
        Assert.Equal(1, CholeskyCondition.ReciprocalCondition(new double[9], 3));
        Assert.Equal(1, CholeskyCondition.ReciprocalCondition([], 0));
    }

    /// <summary>Each column's unit is a power of the first one's.</summary>
    private static double[] Factor(int order, double correlation, double unit)
    {
        double[] scales = [.. Enumerable.Range(0, order).Select(j => Math.Pow(unit, (j % 3) - 1))];
        double[] matrix = [.. from i in Enumerable.Range(0, order) from j in Enumerable.Range(0, order) select scales[i] * scales[j] * (i == j ? 1 : correlation)];
        Assert.True(HpcLinReg.Cholesky.Factor(matrix, order).IsPositiveDefinite);
        return matrix;
    }
}
