namespace HpcLinReg.Tests.Reference;

/// <summary>What an answer's digits really are, in exact arithmetic up to the last logarithm.</summary>
internal static class Accuracy
{
    /// <summary>What a coefficient rounded to the nearest double can have at the least: −log₁₀ 2⁻⁵³.</summary>
    internal const double OfOneRounding = 15.95;

    /// <summary>The right digits of an answer's worst coefficient, as a certificate counts them.</summary>
    internal static double Digits(DataSet set, Fit fit, ExactLeastSquares exact) => Digits(
        set,
        [.. exact.Coefficients.Select(b => b.ToDouble())],
        exact.Intercept.ToDouble(),
        [.. exact.Coefficients.Select((b, j) => Error(b, fit.Model.Weights[j]))],
        Error(exact.Intercept, fit.Model.Intercept));

    /// <summary>
    /// Digits by errors: −log₁₀ of the error against the coefficient, or against 1e-3·‖y‖/‖xⱼ‖ (centred lengths) where that is larger, so
    /// that a coefficient of 0 has digits too; for the intercept against 1e-3·(|ȳ| + Σ|bⱼx̄ⱼ|). The least of them; NaN errors, of
    /// columns left out, do not count.
    /// </summary>
    internal static double Digits(DataSet set, double[] coefficients, double intercept, double[] errors, double interceptError)
    {
        double[] rowWeights = set.RowWeights ?? [.. set.Y.Select(_ => 1.0)];
        double target = Length(set.Y, rowWeights, set.Intercept);
        double interceptScale = Math.Abs(Mean(set.Y, rowWeights));
        double least = double.PositiveInfinity;
        for (int j = 0; j < set.Columns; j++)
        {
            double[] column = [.. Enumerable.Range(0, set.Rows).Select(i => set.X[i, j])];
            double length = Length(column, rowWeights, set.Intercept);
            interceptScale += Math.Abs(coefficients[j] * Mean(column, rowWeights));
            least = double.IsNaN(errors[j]) ? least : Math.Min(least, Digits(errors[j], Math.Max(Math.Abs(coefficients[j]), length > 0 ? 1e-3 * target / length : 0)));
        }

        return set.Intercept ? Math.Min(least, Digits(interceptError, Math.Max(Math.Abs(intercept), 1e-3 * interceptScale))) : least;
    }

    /// <summary>|actual − exact| of a double, rounded only at the end.</summary>
    internal static double Error(Rational exact, double actual) =>
        double.IsFinite(actual) ? Rational.Abs(exact - Rational.From(actual)).ToDouble() : double.PositiveInfinity;

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
