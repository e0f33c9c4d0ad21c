using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Laws;

/// <summary>How far two answers to the same question may lie apart.</summary>
internal static class Closeness
{
    /// <summary>
    /// First-order bounds of normal equations (Higham 2002, §20.4): on columns of unit length every coefficient errs by at most about
    /// κ²·u·(Σ|b| + ‖y‖), here with a constant of 20 for chains of 128 rows; the intercept by what the weights do to x̄ᵀb, and by the rounding
    /// of that sum.
    /// </summary>
    internal static (double[] Weights, double Intercept) Bounds(DataSet set, Fit fit)
    {
        double[] lengths = [.. Enumerable.Range(0, set.Columns).Select(j => Length([.. Enumerable.Range(0, set.Rows).Select(i => set.X[i, j])], set.Intercept))];
        double size = Length(set.Y, set.Intercept) + fit.Model.Weights.ToArray().Select((b, j) => Math.Abs(b) * lengths[j]).Sum();
        double relative = Naive.Gamma(20) * size / (fit.ReciprocalCondition * fit.ReciprocalCondition);
        double[] weights = [.. lengths.Select(length => length > 0 ? relative / length : 0)];
        double intercept = Naive.Gamma(20) * Math.Abs(set.Y.Average());
        for (int j = 0; set.Intercept && j < set.Columns; j++)
        {
            double mean = Math.Abs(Enumerable.Range(0, set.Rows).Average(i => set.X[i, j]));
            intercept += mean * (weights[j] + (Naive.Gamma(20) * Math.Abs(fit.Model.Weights[j])));
        }

        return (weights, set.Intercept ? intercept + (relative / Math.Sqrt(set.Rows)) : 0);
    }

    /// <summary>The answer of a set lies within its bounds of the exact one.</summary>
    internal static void AssertExact(DataSet set, ExactLeastSquares exact, Fit fit)
    {
        (double[] weights, double intercept) = Bounds(set, fit);
        for (int j = 0; j < set.Columns; j++)
        {
            double error = Accuracy.Error(exact.Coefficients[j], fit.Model.Weights[j]);
            Assert.True(error <= weights[j], $"{set}: weight {j} is {fit.Model.Weights[j]:R} instead of {exact.Coefficients[j]}, error {error:E1}, bound {weights[j]:E1}");
        }

        double interceptError = Accuracy.Error(exact.Intercept, fit.Model.Intercept);
        Assert.True(interceptError <= intercept, $"{set}: the intercept is {fit.Model.Intercept:R} instead of {exact.Intercept}, error {interceptError:E1}, bound {intercept:E1}");
    }

    /// <summary>
    /// Two answers that would be equal in exact arithmetic lie within both their bounds; <paramref name="position"/> says where a weight of
    /// the first is in the second.
    /// </summary>
    internal static void AssertSame(DataSet set, Fit first, Fit second, Func<int, int>? position = null, bool intercept = true)
    {
        (double[] weights, double interceptBound) = Bounds(set, first);
        for (int j = 0; j < set.Columns; j++)
        {
            double other = second.Model.Weights[position?.Invoke(j) ?? j];
            Assert.True(Math.Abs(first.Model.Weights[j] - other) <= 2 * weights[j], $"{set}: weight {j} is {first.Model.Weights[j]:R} and {other:R}, bound {weights[j]:E1}");
        }

        double difference = Math.Abs(first.Model.Intercept - second.Model.Intercept);
        Assert.True(!intercept || difference <= 2 * interceptBound, $"{set}: the intercept is {first.Model.Intercept:R} and {second.Model.Intercept:R}, bound {interceptBound:E1}");
    }

    private static double Length(double[] values, bool centred)
    {
        double mean = centred ? values.Average() : 0;
        return Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)));
    }
}
