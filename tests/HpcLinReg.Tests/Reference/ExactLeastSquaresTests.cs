using System.Globalization;
using System.Text.Json;
using HpcLinReg.Tests.Nist;

namespace HpcLinReg.Tests.Reference;

/// <summary>The reference itself, on cases solved by hand, by its defining equations, and on NIST's answers to 40 digits.</summary>
public class ExactLeastSquaresTests
{
    [Fact]
    public void A_line_through_three_points()
    {
        // x̄ = 1, ȳ = 4/3, Σ(x − x̄)(y − ȳ) = 3, Σ(x − x̄)² = 2; residuals 1/6, −1/3, 1/6.
        var fit = new ExactLeastSquares(new double[,] { { 0 }, { 1 }, { 2 } }, [0, 1, 3]);
        Assert.Equal((new Rational(3, 2), new Rational(-1, 6)), (fit.Coefficients[0], fit.Intercept));
        Assert.Equal((new Rational(1, 6), new Rational(14, 3)), (fit.ResidualSumOfSquares, fit.TotalSumOfSquares));
        Assert.Equal((new Rational(1, 2), new Rational(5, 6)), (fit.VarianceFactors[0], fit.InterceptVarianceFactor));
        Assert.Equal(new Rational(1, 12), fit.SquaredStandardError(0, 1));
        Assert.Equal((2, 0), (fit.Rank, fit.Aliased.Length));
    }

    [Fact]
    public void Through_the_origin_with_ridge()
    {
        // (14 + 2)b = 11; RSS = 10 − 22b + 14b²; the variance factor is 14/16².
        var fit = new ExactLeastSquares(new double[,] { { 1 }, { 2 }, { 3 } }, [0, 1, 3], intercept: false, ridge: 2);
        Assert.Equal(new Rational(11, 16), fit.Coefficients[0]);
        Assert.Equal(new Rational(10, 1) - (22 * fit.Coefficients[0]) + (14 * fit.Coefficients[0] * fit.Coefficients[0]), fit.ResidualSumOfSquares);
        Assert.Equal(Rational.Of(14, 256), fit.VarianceFactors[0]);
        Assert.Equal(Rational.Zero, fit.Intercept);
    }

    [Fact]
    public void Dependent_columns_are_found_and_written_out()
    {
        // x2 = 2x1 − x0 + 5, x4 = 3; the rest is independent.
        double[,] x = { { 1, 2, 8, 1, 3 }, { 2, 5, 13, 0, 3 }, { 4, 4, 9, 0, 3 }, { 0, 7, 19, 1, 3 }, { 3, 1, 4, 5, 3 }, { 5, 5, 10, 2, 3 } };
        var fit = new ExactLeastSquares(x, [1, 2, 3, 4, 5, 7]);
        Assert.Equal(4, fit.Rank);
        Assert.Equal([2, 4], fit.Aliased.Select(alias => alias.Column));
        Assert.Equal((Rational)5, fit.Aliased[0].Intercept);
        Assert.Equal([-1, 2], fit.Aliased[0].Coefficients);
        Assert.Equal((Rational)3, fit.Aliased[1].Intercept);
        Assert.All(fit.Aliased[1].Coefficients, coefficient => Assert.Equal(Rational.Zero, coefficient));
        Assert.Equal((Rational.Zero, Rational.Zero), (fit.Coefficients[2], fit.VarianceFactors[4]));
        Assert.Equal([4], new ExactLeastSquares(x, [1, 2, 3, 4, 5, 7], intercept: false).Aliased.Select(alias => alias.Column));
    }

    [Fact]
    public void The_shortest_of_many_answers()
    {
        // y = 2x fits two equal columns by any b₁ + b₂ = 2, and columns x and 2x by b₁ + 2b₂ = 2.
        (Rational[] equal, Rational intercept) = new ExactLeastSquares(new double[,] { { 1, 1 }, { 2, 2 }, { 3, 3 } }, [3, 5, 7]).MinimumNorm();
        Assert.Equal([1, 1], equal);
        Assert.Equal(Rational.One, intercept);
        (Rational[] twice, _) = new ExactLeastSquares(new double[,] { { 1, 2 }, { 2, 4 }, { 3, 6 } }, [2, 4, 6], intercept: false).MinimumNorm();
        Assert.Equal([new Rational(2, 5), new Rational(4, 5)], twice);
    }

    [Law(MaxTest = 200)]
    public void The_defining_equations_hold_exactly(byte rows, byte columns, bool intercept, bool ridge, Seed seed)
    {
        var random = new Random(seed);
        int d = 1 + (columns % 5);
        int n = d + 1 + (rows % 20);
        double[,] x = new double[n, d];
        double[] y = [.. Enumerable.Range(0, n).Select(_ => random.NextDouble() - 0.5)];
        double[] weights = [.. y.Select(_ => (double)random.Next(4))];
        weights[0] = 1;
        foreach ((int i, int j) in from i in Enumerable.Range(0, n) from j in Enumerable.Range(0, d) select (i, j))
        {
            x[i, j] = Math.ScaleB(random.NextDouble(), random.Next(-20, 20));
        }

        var fit = new ExactLeastSquares(x, y, intercept, ridge ? 0.3 : 0, weights);
        Rational[] residuals = [.. y.Select((value, i) => Enumerable.Range(0, d).Aggregate(Rational.From(value) - fit.Intercept, (r, j) => r - (Rational.From(x[i, j]) * fit.Coefficients[j])))];
        Rational Product(Func<int, Rational> factor) =>
            residuals.Select((r, i) => r * Rational.From(weights[i]) * factor(i)).Aggregate(Rational.Zero, (sum, term) => sum + term);
        Assert.Equal(Product(i => residuals[i]), fit.ResidualSumOfSquares);
        for (int j = 0; j < d; j++)
        {
            Assert.Equal(Rational.From(ridge ? 0.3 : 0) * fit.Coefficients[j], Product(i => Rational.From(x[i, j])));
        }

        Assert.True(!intercept || Product(_ => 1).IsZero);
    }

    [Theory]
    [InlineData("Norris")]
    [InlineData("Longley")]
    [InlineData("Wampler1")]
    [InlineData("Wampler2")]
    [InlineData("Wampler3")]
    [InlineData("NoInt1")]
    public void The_decimals_of_nist_give_its_forty_digits(string name)
    {
        JsonElement set = ReferenceData.Reference("nist").GetProperty(name);
        string[][] lines = [.. File.ReadLines(ReferenceData.PathOf($"nist/{name}.csv")).Skip(1).Select(line => line.Split(','))];
        Rational[] y = [.. lines.Select(line => Rational.Parse(line[0]))];
        int degree = set.GetProperty("kind").GetString() == "polynomial" ? set.GetProperty("degree").GetInt32() : 1;
        int columns = lines[0].Length - 1;
        var x = new Rational[y.Length, columns * degree];
        for (int i = 0; i < y.Length; i++)
        {
            for (int j = 0; j < columns * degree; j++)
            {
                x[i, j] = Enumerable.Repeat(Rational.Parse(lines[i][1 + (j / degree)]), 1 + (j % degree)).Aggregate(Rational.One, (product, factor) => product * factor);
            }
        }

        bool intercept = set.GetProperty("intercept").GetBoolean();
        var fit = new ExactLeastSquares(x, y, intercept);
        Rational[] estimates = [.. (intercept ? new[] { fit.Intercept } : []), .. fit.Coefficients];
        Rational[] factors = [.. (intercept ? new[] { fit.InterceptVarianceFactor } : []), .. fit.VarianceFactors];
        Rational variance = fit.ResidualSumOfSquares / (y.Length - fit.Rank);
        int parameter = 0;
        foreach (JsonElement certified in set.GetProperty("parameters").EnumerateArray())
        {
            AssertDecimals(certified.GetProperty("exact").GetString()!, estimates[parameter]);
            var sd = Rational.Parse(certified.GetProperty("exact_sd").GetString()!);

            // A root wrong in its last decimal is a square wrong by twice that, relatively.
            Rational squared = factors[parameter] * variance;
            Assert.True(Rational.Abs((sd * sd) - squared) <= squared * Rational.Parse("1e-33"), $"Standard error {parameter} of {name}: {sd}");
            parameter++;
        }
    }

    /// <summary>The decimal is the exact value rounded to its last place (or cut there).</summary>
    private static void AssertDecimals(string text, Rational exact)
    {
        var unit = Rational.Parse(string.Create(CultureInfo.InvariantCulture, $"1e-{text.Length - text.IndexOf('.', StringComparison.Ordinal) - 1}"));
        Assert.True(Rational.Abs(Rational.Parse(text) - exact) <= unit, $"{text} instead of {exact}");
    }
}
