using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Descent;

/// <summary>What the tests of descent share.</summary>
internal static class DescentData
{
    /// <summary>Well conditioned: four rows and more a column, independent cells.</summary>
    internal static Problem WellConditioned(byte rows, byte columns, int seed)
    {
        int d = 1 + (columns % 12);
        return new Problem((6 * d) + 12 + rows, d, seed);
    }

    internal static Fit ClosedForm(Problem problem, FitOptions? options = null) => LinearRegression.Fit(problem.Design, problem.Y, options);

    /// <summary>The largest difference of a coefficient as a share of the largest coefficient.</summary>
    internal static double Difference(LinearModel expected, LinearModel actual)
    {
        double size = Math.Abs(expected.Intercept);
        double difference = Math.Abs(expected.Intercept - actual.Intercept);
        for (int j = 0; j < expected.Features; j++)
        {
            size = Math.Max(size, Math.Abs(expected.Weights[j]));
            difference = Math.Max(difference, Math.Abs(expected.Weights[j] - actual.Weights[j]));
        }

        return difference / size;
    }

    internal static void AssertSameBits(DescentResult expected, DescentResult actual)
    {
        Assert.Equal(expected.Model.Weights.ToArray(), actual.Model.Weights.ToArray());
        Assert.Equal(expected.Model.Intercept, actual.Model.Intercept);
        Assert.Equal(expected.History.Points.AsEnumerable(), actual.History.Points.AsEnumerable());
        Assert.Equal((expected.Stop, expected.Steps, expected.Rate, expected.LargestStableRate, expected.RowCount, expected.Distance), (actual.Stop, actual.Steps, actual.Rate, actual.LargestStableRate, actual.RowCount, actual.Distance));
    }
}
