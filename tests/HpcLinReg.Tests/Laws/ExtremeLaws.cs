using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Laws;

/// <summary>Values and shapes that nobody planned for: each ends in a right answer or in a statement that names what is wrong.</summary>
public class ExtremeLaws
{
    private readonly Skips _skips = new();

    private const double SmallestNormal = 2.2250738585072014e-308;

    private static readonly double[][] Palettes =
    [
        [0, 1, -1, 2, 0.5, 3],
        [0, -0.0, 1e150, -1e150, 3e149, 7e148],
        [0, 1e-150, -1e-150, 3e-149, 2e-151],
        [0, 5e-324, -5e-324, 1e-310, 2.2250738585072014e-308, 3e-320],
        [1e9, 1e9 + 1, 1e9 - 1, 1e9 + 0.5],
        [1e300, -1e300, 1e-300, 1, 0],
        [1.7976931348623157e308, -1.7976931348623157e308, 1, 0],
        [1, 2, 3, double.NaN],
        [1, 2, 3, double.PositiveInfinity, double.NegativeInfinity],
        [0, 0, 0, 0, 0, 1],
        [1e16, 1, 1e-16, -1e16],
    ];

    [Fact]
    public void Means_whose_squares_overflow_leave_bounds_that_are_numbers() =>
        Hostile_cells_end_in_finite_numbers_or_in_a_statement(14, 87, true, true, true, 9);

    [Law(MaxTest = 1000)]
    public void Hostile_cells_end_in_finite_numbers_or_in_a_statement(byte rows, byte columns, bool intercept, bool ridge, bool max, Seed seed)
    {
        var random = new Random(seed);
        (int n, int d) = (rows % 13, columns % 9);

        // Of two kinds of cells only, or nearly every set would have a column that is refused.
        double[][] kinds = [Palettes[random.Next(Palettes.Length)], Palettes[random.Next(Palettes.Length)]];
        double[][] palettes = [.. Enumerable.Range(0, d + 1).Select(_ => kinds[random.Next(2)])];
        double Cell(int j) => palettes[j][random.Next(palettes[j].Length)];
        var set = new DataSet($"seed {seed}", DataSet.Matrix(n, d, (_, j) => Cell(j)), [.. Enumerable.Range(0, n).Select(_ => Cell(d))]) { Intercept = intercept };
        AssertAnswerOrStatement(set, new FitOptions { Ridge = ridge ? 0.5 : 0, Digits = max ? FitOptions.MaxDigits : 10 });
    }

    /// <summary>Powers of a whole grid to 500: nearly all columns say nothing that the ones before them have not said.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(1.05)]
    [InlineData(0.5)]
    public void A_vandermonde_matrix_of_five_hundred_columns_is_answered(double end)
    {
        const int Rows = 600, Columns = 500;
        double[] x = [.. from i in Enumerable.Range(0, Rows) from power in Enumerable.Range(1, Columns) select Math.Pow(((2.0 * i / (Rows - 1)) - 1) * end, power)];
        double[] y = [.. Enumerable.Range(0, Rows).Select(i => Math.Sin(i / 50.0))];
        Fit fit;
        try
        {
            fit = LinearRegression.Fit(new MatrixSpan<double>(x, Columns), y);
        }
        catch (OverflowException refusal)
        {
            Assert.Matches("column \\d+ of x|'x\\d+'", refusal.Message);
            return;
        }

        Assert.InRange(fit.Rank, 5, Columns);
        Assert.Equal(Columns + 1 - fit.Rank, fit.Aliased.Length);
        Assert.All(fit.Model.Weights.ToArray(), weight => Assert.True(double.IsFinite(weight)));
        double residual = Rows * LinearRegression.MeanSquaredError(new MatrixSpan<double>(x, Columns), y, fit.Model.Weights, fit.Model.Intercept);
        Assert.InRange(residual, 0, fit.TotalSumOfSquares);
    }

    [Fact]
    public void No_rows_are_refused_with_a_sentence() =>
        Assert.Contains("no rows", Assert.Throws<ArgumentException>(() => LinearRegression.Fit(new MatrixSpan<double>([], 0, 3, 3), [])).Message, StringComparison.OrdinalIgnoreCase);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(500)]
    public void One_row_gives_its_target_as_the_intercept(int columns)
    {
        Fit fit = LinearRegression.Fit(new MatrixSpan<double>([.. Enumerable.Range(1, columns).Select(j => (double)j)], columns), [7.0]);
        Assert.Equal((1, columns, 7.0), (fit.Rank, fit.Aliased.Length, fit.Model.Intercept));
        Fit origin = LinearRegression.Fit(new MatrixSpan<double>([2.0], 1), [7.0], new FitOptions { Intercept = false });
        Assert.Equal((1, 3.5, 0.0), (origin.Rank, origin.Model.Weights[0], origin.Model.Intercept));
    }

    [Fact]
    public void Zero_and_constant_columns_are_named_among_good_ones()
    {
        // Columns: zero, good, constant, good, zero.
        double[] good = [1, 4, 2, 8, 5, 7], other = [3, 1, 4, 1, 5, 9];
        var set = new DataSet("zero and constant", DataSet.Matrix(6, 5, (i, j) => j switch { 1 => good[i], 3 => other[i], 2 => 1e9 + 0.1, _ => 0 }), [.. good.Zip(other, (a, b) => (2 * a) - b + 1)]);
        Fit fit = set.Fit();
        Assert.Equal([0, 2, 4], fit.Aliased.Select(alias => alias.Column));
        Assert.Equal([0, 1e9 + 0.1, 0], fit.Aliased.Select(alias => alias.Intercept));
        Closeness.AssertExact(set, set.Exact(), fit);
    }

    /// <summary>
    /// An answer is finite, agrees with its own rank, and leaves no more residual than the exact one for the same columns and what rounding
    /// explains; everything else is an exception with a sentence that names the place.
    /// </summary>
    private void AssertAnswerOrStatement(DataSet set, FitOptions options)
    {
        Fit? answer = null;
        try
        {
            answer = set.Fit(options);
        }
        catch (Exception statement) when (statement is ArgumentException or OverflowException)
        {
            Assert.True(set.Rows == 0 ? statement.Message.Contains("no rows", StringComparison.OrdinalIgnoreCase) : NamesAPlace(statement.Message), $"{set}: {statement.Message}");
        }

        if (_skips.When(answer is null, most: 0.85))
        {
            return;
        }

        Fit fit = answer!;
        Assert.All([.. fit.Model.Weights, fit.Model.Intercept, fit.ResidualSumOfSquares, fit.TotalSumOfSquares], value => Assert.True(double.IsFinite(value), $"{set}: {value}"));
        Certificate certificate = fit.Certificate;
        // Below 0 not even the size of a coefficient is known, and that is said too.
        Assert.InRange(certificate.Digits, double.NegativeInfinity, Accuracy.OfOneRounding + 0.01);
        Assert.All(certificate.WeightErrorBounds.Where((_, j) => fit.Aliased.All(alias => alias.Column != j)).Append(certificate.InterceptErrorBound), bound => Assert.True(bound >= 0, $"{set}: a bound of {bound}"));
        Assert.All(set.Cells.Concat(set.Y), value => Assert.True(double.IsFinite(value), $"{set}: an answer although a cell is {value}"));
        Assert.Equal(set.Columns + (set.Intercept ? 1 : 0), fit.Rank + fit.Aliased.Length);
        Assert.All(fit.Aliased, alias => Assert.Equal(0, fit.Model.Weights[alias.Column]));
        Assert.True(options.Ridge > 0 || fit.Rank <= set.Rows, $"{set}: rank {fit.Rank}");
        ExactLeastSquares exact = set.Exact(fit.Aliased.Select(alias => alias.Column), options.Ridge);
        Rational objective = Objective(set, fit, options.Ridge);
        Rational least = exact.ResidualSumOfSquares + exact.Coefficients.Aggregate(Rational.Zero, (sum, b) => sum + (exact.Ridge * b * b));

        // What rounding the fitted values by a few roundoffs, magnified by the condition, adds: (κ·u·size)², and the rounding of each ŷ.
        // Below the smallest normal number the roundoff is that number's. Exact, because sizes here under- and overflow.
        Rational Size(double value) => Rational.From(Math.Max(Math.Abs(value), SmallestNormal));
        Rational size = Enumerable.Range(0, set.Rows).Aggregate(Rational.Zero, (sum, i) => Enumerable.Range(0, set.Columns).Aggregate(
            sum + Size(set.Y[i]) + Size(fit.Model.Intercept), (total, j) => total + (Size(set.X[i, j]) * Size(fit.Model.Weights[j]))));
        Rational rounding = Rational.From(Naive.Gamma(100) * (1 + (1 / fit.ReciprocalCondition))) * size;
        Rational allowed = least + (rounding * rounding);
        Assert.True(objective <= allowed, $"{set}: residual sum {objective} where {exact.ResidualSumOfSquares} is possible, allowed {allowed}");
    }

    private static bool NamesAPlace(string message) => message.Contains("column", StringComparison.OrdinalIgnoreCase) || message.Contains("the target", StringComparison.Ordinal) || message.Contains("'x", StringComparison.Ordinal) || message.Contains("'y", StringComparison.Ordinal);

    /// <summary>Σ(y − ŷ)² + λΣb² of the model as it is, exactly.</summary>
    private static Rational Objective(DataSet set, Fit fit, double ridge)
    {
        Rational[] weights = [.. fit.Model.Weights.ToArray().Select(Rational.From)];
        Rational sum = weights.Aggregate(Rational.Zero, (total, b) => total + (Rational.From(ridge) * b * b));
        for (int i = 0; i < set.Rows; i++)
        {
            Rational residual = Rational.From(set.Y[i]) - Rational.From(fit.Model.Intercept);
            for (int j = 0; j < set.Columns; j++)
            {
                residual -= Rational.From(set.X[i, j]) * weights[j];
            }

            sum += residual * residual;
        }

        return sum;
    }
}
