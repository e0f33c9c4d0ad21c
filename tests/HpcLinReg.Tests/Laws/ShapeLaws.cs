using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Laws;

/// <summary>The other doors to the same answer: rows from a source, polynomial terms, the shortest of many answers.</summary>
public class ShapeLaws
{
    [Law(MaxTest = 200)]
    public void Rows_of_a_source_give_the_bits_of_rows_in_memory(byte chunk, bool max, Seed seed)
    {
        DataSet set = Families.Draw(seed);
        var options = new FitOptions { Intercept = set.Intercept, Digits = max ? FitOptions.MaxDigits : 10 };
        AssertSameBits(set, set.Fit(options), LinearRegression.Fit(new ChunkedRows(set, 1 + (chunk % 9), seed), options));
    }

    [Law(MaxTest = 200)]
    public void A_polynomial_is_that_of_exact_powers(byte degree, bool intercept, bool weighted, Seed seed)
    {
        var random = new Random(seed);
        int k = 1 + (degree % 10);
        int n = k + 3 + random.Next(30);
        double middle = random.Next(-20, 21);
        double[] x = [.. Enumerable.Range(0, n).Select(_ => Math.Round(middle + (random.NextDouble() * 8) - 4, 5))];
        double[] y = [.. x.Select(value => Math.Round(Math.Sin(value) + (0.1 * Families.Normal(random)), 5))];
        var powers = new Rational[n, k];
        for (int i = 0; i < n; i++)
        {
            Rational power = 1;
            for (int j = 0; j < k; j++)
            {
                powers[i, j] = power *= Rational.From(x[i]);
            }
        }

        double[] weights = weighted ? Families.RowWeights(random, n, whole: false) : [];
        var exact = new ExactLeastSquares(powers, [.. y.Select(Rational.From)], intercept, rowWeights: weighted ? [.. weights.Select(Rational.From)] : null);
        var options = new FitOptions { Intercept = intercept, Digits = FitOptions.MaxDigits };
        if (weighted)
        {
            // A row of no weight, whatever its cells.
            (x, y, weights) = ([.. x, double.NaN], [.. y, double.PositiveInfinity], [.. weights, 0]);
        }

        PolynomialFit polynomial = LinearRegression.FitPolynomial(x, y, weights, k, options);
        double[] joint = [.. Enumerable.Range(0, x.Length).SelectMany(i => weighted ? [x[i], y[i], weights[i]] : (double[])[x[i], y[i]])];
        PolynomialFit streamed = LinearRegression.FitPolynomial(new ArrayRows(joint, weighted ? 3 : 2, 5) { HasWeights = weighted }, [k], options);
        Assert.Equal(polynomial.Model.Variables, streamed.Model.Variables);
        Assert.Equal(polynomial.Model.Weights, streamed.Model.Weights);
        Assert.Equal((polynomial.Model.Intercept, polynomial.BasisFit.RowCount), (streamed.Model.Intercept, streamed.BasisFit.RowCount));
        PowerCoefficients fit = polynomial.ToPowers();
        Assert.Empty(fit.Aliased);
        for (int j = 0; j < k; j++)
        {
            double error = Accuracy.Error(exact.Coefficients[j], fit.Weights[j]);
            Assert.True(error <= fit.WeightErrorBounds[j], $"seed {seed}, degree {k}: coefficient {j + 1} is wrong by {error:E2}, bound {fit.WeightErrorBounds[j]:E2}");
            Assert.True(exact.Coefficients[j].RelativeError(fit.Weights[j]) <= 1e-12, $"seed {seed}, degree {k}, middle {middle}: coefficient {j + 1} is {fit.Weights[j]:R} instead of {exact.Coefficients[j]}");
        }

        Assert.True(Accuracy.Error(exact.Intercept, fit.Intercept) <= fit.InterceptErrorBound);
    }

    [Law(MaxTest = 300)]
    public void The_shortest_of_many_answers_is_the_exact_one(bool oneHot, bool few, Seed seed)
    {
        var random = new Random(seed);
        DataSet set = oneHot ? Families.OneHot(random) : Families.Duplicates(random);
        set = few ? set.WithRows("few rows", [.. Enumerable.Range(0, Math.Min(set.Rows, set.Columns))]) : set;
        set = set with { Name = $"seed {seed}: {set.Name}" };
        Fit fit = set.Fit(new FitOptions { RankDeficient = RankDeficiency.MinimumNorm, Digits = FitOptions.MaxDigits });
        Fit dropped = set.Fit();
        (Rational[] weights, Rational intercept) = set.Exact().MinimumNorm();
        double size = weights.Select(weight => Math.Abs(weight.ToDouble())).Max();
        for (int j = 0; j < set.Columns; j++)
        {
            double error = Accuracy.Error(weights[j], fit.Model.Weights[j]);
            Assert.True(error <= 1e-9 * size / fit.ReciprocalCondition, $"{set}: weight {j} is {fit.Model.Weights[j]:R} instead of {weights[j]}");
            Assert.True(error <= fit.Certificate.WeightErrorBounds[j], $"{set}: weight {j} is wrong by {error:E2}, bound {fit.Certificate.WeightErrorBounds[j]:E2}");
        }

        Assert.True(Accuracy.Error(intercept, fit.Model.Intercept) <= fit.Certificate.InterceptErrorBound, $"{set}: the intercept is {fit.Model.Intercept:R} instead of {intercept}");
        Assert.Equal((dropped.Rank, dropped.Aliased.Length), (fit.Rank, fit.Aliased.Length));
    }

    /// <summary>A copy of two columns' sum, refined by residuals of rows: its combination still comes from the factor in double, wrong by κ²u.</summary>
    [Fact]
    public void Combinations_have_the_errors_of_their_factor_whatever_refined_the_weights() =>
        The_shortest_of_many_answers_is_the_exact_one(oneHot: false, few: true, 1892134629);

    private static void AssertSameBits(DataSet set, Fit expected, Fit actual)
    {
        Assert.Equal((set.ToString(), expected.Certificate.Rung, expected.Certificate.RefinementSteps), (set.ToString(), actual.Certificate.Rung, actual.Certificate.RefinementSteps));
        Assert.Equal(expected.Model.Weights, actual.Model.Weights);
        Assert.Equal(expected.Model.Intercept, actual.Model.Intercept);
        Assert.Equal((expected.ResidualSumOfSquares, expected.TotalSumOfSquares, expected.Rank), (actual.ResidualSumOfSquares, actual.TotalSumOfSquares, actual.Rank));
        Assert.Equal(expected.StandardErrors.AsSpan(), actual.StandardErrors.AsSpan());
        Assert.Equal(expected.Certificate.WeightErrorBounds.AsSpan(), actual.Certificate.WeightErrorBounds.AsSpan());
        Assert.Equal(expected.Certificate.Digits, actual.Certificate.Digits);
    }

    /// <summary>A set's joint rows in pieces; a piece's memory is overwritten by the next one.</summary>
    private sealed class ChunkedRows(DataSet set, int most, int seed) : IRowSource
    {
        public int Columns => set.Columns + 1;

        public IRowReader Open() => new Reader(set, most, new Random(seed));

        private sealed class Reader(DataSet set, int most, Random random) : IRowReader
        {
            private readonly double[] _buffer = new double[most * (set.Columns + 1)];
            private int _next;

            public ReadOnlySpan<double> ReadRows()
            {
                int count = Math.Min(random.Next(1, most + 1), set.Rows - _next);
                for (int i = 0; i < count; i++, _next++)
                {
                    for (int j = 0; j <= set.Columns; j++)
                    {
                        _buffer[(i * (set.Columns + 1)) + j] = j < set.Columns ? set.X[_next, j] : set.Y[_next];
                    }
                }

                _buffer.AsSpan(count * (set.Columns + 1)).Fill(double.NaN);
                return _buffer.AsSpan(0, count * (set.Columns + 1));
            }

            public void Dispose() => _buffer.AsSpan().Fill(double.NaN);
        }
    }
}
