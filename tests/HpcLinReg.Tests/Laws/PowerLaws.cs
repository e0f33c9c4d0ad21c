using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Laws;

/// <summary>Powers beside columns that are combinations of them, on few points: exact rationals say which terms are aliased, what they equal and what the others weigh.</summary>
public class PowerLaws
{
    [Law(MaxTest = 500)]
    public void Aliased_powers_and_columns_are_what_exact_arithmetic_says(bool intercept, bool minimumNorm, Seed seed)
    {
        var random = new Random(seed);
        int degree = random.Next(2, 5);
        int points = random.Next(2, 7);
        int rows = points + random.Next(3, 9);
        double offset = random.Next(2) * random.Next(-20, 21);
        double[] x = [.. Enumerable.Range(0, rows).Select(i => offset + ((i < points ? i : random.Next(points)) * 0.5))];
        int power = random.Next(1, degree + 1);
        (double factor, double constant) = (random.Next(1, 4) * (random.Next(2) == 0 ? 1 : -0.5), intercept ? random.Next(-3, 4) : 0);
        double[] z = [.. x.Select(value => constant + (factor * Math.Pow(value, power)))];
        double[] y = [.. x.Select(_ => (double)random.Next(-50, 50))];
        bool columnFirst = random.Next(2) == 0;

        // The terms in their order, exactly: every cell here is a small number of quarters, and so is its power.
        Func<int, double>[] terms = [.. Enumerable.Range(1, degree).Select<int, Func<int, double>>(k => i => Math.Pow(x[i], k))];
        terms = columnFirst ? [i => z[i], .. terms] : [.. terms, i => z[i]];
        var exact = new ExactLeastSquares(DataSet.Matrix(rows, terms.Length, (i, j) => terms[j](i)), y, intercept);
        double[] cells = [.. Enumerable.Range(0, rows).SelectMany(i => columnFirst ? (double[])[z[i], x[i], y[i]] : [x[i], z[i], y[i]])];
        var options = new FitOptions { Intercept = intercept, RankDeficient = minimumNorm ? RankDeficiency.MinimumNorm : RankDeficiency.Drop };
        PolynomialFit polynomial = LinearRegression.FitPolynomial(new ArrayRows(cells, 3), columnFirst ? [1, degree] : [degree, 1], options);
        PowerCoefficients fit = polynomial.ToPowers();

        string where = $"seed {seed}: degree {degree}, {points} points of {rows} at {offset}, z = {constant} + {factor}x^{power} {(columnFirst ? "first" : "last")}";
        Assert.True(fit.Aliased.Select(alias => alias.Column).SequenceEqual(exact.Aliased.Select(alias => alias.Column)), $"{where}: aliased {string.Join(", ", fit.Aliased.Select(alias => alias.Column))}");
        foreach ((AliasedColumn alias, ExactAlias truth) in fit.Aliased.Zip(exact.Aliased))
        {
            double size = Math.Abs(truth.Intercept.ToDouble()) + truth.Coefficients.Sum(c => Math.Abs(c.ToDouble()));
            Assert.True(Accuracy.Error(truth.Intercept, alias.Intercept) <= 1e-9 * size, $"{where}: constant {alias.Intercept} of {alias.Column}");
            Assert.All(alias.Coefficients.Zip(truth.Coefficients), pair => Assert.True(Accuracy.Error(pair.Second, pair.First) <= 1e-9 * size, $"{where}: coefficient {pair.First} of {alias.Column}"));
        }

        (Rational[] weights, Rational constantTerm) = (exact.Coefficients, exact.Intercept);
        if (minimumNorm && exact.Aliased.Length > 0)
        {
            // The least norm is that on the terms, whose exact weights make the same powers.
            var basis = new ExactTerms(polynomial.Model);
            (Rational[] shortest, Rational shortestConstant) = new ExactLeastSquares(basis.Design(cells, 3), [.. y.Select(Rational.From)], intercept).MinimumNorm();
            (weights, constantTerm) = basis.ToPowers(shortest, shortestConstant);
        }

        for (int j = 0; j < weights.Length; j++)
        {
            double error = Accuracy.Error(weights[j], fit.Weights[j]);
            double bound = fit.WeightErrorBounds[j];
            Assert.True(double.IsNaN(bound) ? fit.Weights[j] == 0 : error <= bound, $"{where}: weight {j} = {fit.Weights[j]:R} is wrong by {error:E1}, bound {bound:E1}");
        }

        double interceptError = Accuracy.Error(constantTerm, fit.Intercept);
        Assert.True(interceptError <= fit.InterceptErrorBound, $"{where}: the intercept is wrong by {interceptError:E1}, bound {fit.InterceptErrorBound:E1}");
        if (polynomial.BasisFit.ResidualDegreesOfFreedom >= 1 && !exact.ResidualSumOfSquares.IsZero && !minimumNorm)
        {
            Assert.All(Enumerable.Range(0, weights.Length).Where(j => exact.Aliased.All(alias => alias.Column != j)), j => Assert.True(
                exact.SquaredStandardError(j, (int)polynomial.BasisFit.ResidualDegreesOfFreedom).RelativeErrorOfRoot(fit.StandardErrors[j]) <= 1e-9, $"{where}: standard error {j}"));
        }
    }
}
