namespace HpcLinReg.Tests.Reference;

/// <summary>What an answer's digits really are, in exact arithmetic up to the last logarithm.</summary>
internal static class Accuracy
{
    /// <summary>What a coefficient rounded to the nearest double can have at the least: −log₁₀ 2⁻⁵³.</summary>
    internal const double OfOneRounding = 15.95;

    /// <summary>
    /// The right digits of the worst coefficient as a certificate counts them: −log₁₀ of the error against the coefficient, or against
    /// 1e-3·‖y‖/‖xⱼ‖ (centred lengths) where that is larger, so that a coefficient of 0 has digits too; for the intercept against
    /// 1e-3·(|ȳ| + Σ|bⱼx̄ⱼ|).
    /// </summary>
    internal static double Digits(DataSet set, Fit fit, ExactLeastSquares exact) =>
        Math.Min(Weights(set, fit, exact).DefaultIfEmpty(double.PositiveInfinity).Min(), set.Intercept ? Intercept(set, fit, exact) : double.PositiveInfinity);

    /// <summary>|actual − exact| of a double, rounded only at the end.</summary>
    internal static double Error(Rational exact, double actual) =>
        double.IsFinite(actual) ? Rational.Abs(exact - Rational.From(actual)).ToDouble() : double.PositiveInfinity;

    private static IEnumerable<double> Weights(DataSet set, Fit fit, ExactLeastSquares exact)
    {
        double[] rowWeights = set.RowWeights ?? [.. set.Y.Select(_ => 1.0)];
        double target = Length(set.Y, rowWeights, set.Intercept);
        for (int j = 0; j < set.Columns; j++)
        {
            double length = Length([.. Enumerable.Range(0, set.Rows).Select(i => set.X[i, j])], rowWeights, set.Intercept);
            double scale = Math.Max(Math.Abs(exact.Coefficients[j].ToDouble()), length > 0 ? 1e-3 * target / length : 0);
            yield return Digits(Error(exact.Coefficients[j], fit.Model.Weights[j]), scale);
        }
    }

    private static double Intercept(DataSet set, Fit fit, ExactLeastSquares exact)
    {
        double[] rowWeights = set.RowWeights ?? [.. set.Y.Select(_ => 1.0)];
        double scale = Math.Abs(Mean(set.Y, rowWeights));
        for (int j = 0; j < set.Columns; j++)
        {
            scale += Math.Abs(exact.Coefficients[j].ToDouble() * Mean([.. Enumerable.Range(0, set.Rows).Select(i => set.X[i, j])], rowWeights));
        }

        return Digits(Error(exact.Intercept, fit.Model.Intercept), Math.Max(Math.Abs(exact.Intercept.ToDouble()), 1e-3 * scale));
    }

    private static double Digits(double error, double scale) => error == 0 ? double.PositiveInfinity : -Math.Log10(error / scale);

    private static double Mean(double[] values, double[] rowWeights) => values.Zip(rowWeights, (value, weight) => value * weight).Sum() / rowWeights.Sum();

    /// <summary>√Σw(v − v̄)², scaled so that squares stay in range.</summary>
    private static double Length(double[] values, double[] rowWeights, bool centred)
    {
        double unit = values.Select(Math.Abs).DefaultIfEmpty(0).Max();
        if (unit == 0)
        {
            return 0;
        }

        double mean = centred ? Mean(values, rowWeights) : 0;
        return unit * Math.Sqrt(values.Zip(rowWeights, (value, weight) => weight * ((value - mean) / unit) * ((value - mean) / unit)).Sum());
    }
}
