using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Laws;

/// <summary>Weights of rows: how often a row was seen, or how precise it is.</summary>
public class WeightLaws
{
    private readonly Skips _skips = new();

    [Law(MaxTest = 300)]
    public void A_row_that_counts_twice_is_a_row_given_twice(bool max, Seed seed)
    {
        (DataSet set, FitOptions options) = Draw(seed, whole: true, max);
        DataSet repeated = set.WithRows("rows repeated", [.. Enumerable.Range(0, set.Rows).SelectMany(i => Enumerable.Repeat(i, (int)set.RowWeights![i]))]) with { RowWeights = null };
        Fit weighted = set.FitWeighted(WeightKind.Frequency, options);
        Fit plain = repeated.Fit(options);
        if (_skips.When(IsEdgeOfRank(plain, weighted), most: 0.1))
        {
            return;
        }

        Assert.Equal((plain.RowCount, plain.Rank, plain.ResidualDegreesOfFreedom), (weighted.RowCount, weighted.Rank, weighted.ResidualDegreesOfFreedom));
        AssertWithinBounds(set, plain, weighted);
        bool hasResiduals = !_skips.When(plain.ResidualSumOfSquares <= 1e-12 * plain.TotalSumOfSquares || set.Rows <= plain.Rank, most: 0.45);
        for (int j = 0; j < set.Columns && hasResiduals; j++)
        {
            Assert.True(IsClose(plain.StandardErrors[j], weighted.StandardErrors[j], plain), $"{set}: standard error {j} is {plain.StandardErrors[j]:R} and {weighted.StandardErrors[j]:R}");
        }
    }

    [Law(MaxTest = 300)]
    public void A_row_of_no_weight_is_no_row(bool max, bool frequency, Seed seed)
    {
        (DataSet set, FitOptions options) = Draw(seed, whole: true, max);
        DataSet without = set.WithRows("rows left out", [.. Enumerable.Range(0, set.Rows).Where(i => set.RowWeights![i] > 0)]);

        // What stands in a row of no weight does not matter, however large.
        DataSet wild = set.WithCells("rows of no weight made wild", (i, j) => set.RowWeights![i] > 0 ? set.X[i, j] : 1e6 * set.X[i, j]);
        WeightKind kind = frequency ? WeightKind.Frequency : WeightKind.Precision;
        Fit expected = without.FitWeighted(kind, options);
        foreach (Fit actual in new[] { set.FitWeighted(kind, options), wild.FitWeighted(kind, options) })
        {
            if (_skips.When(IsEdgeOfRank(expected, actual), most: 0.05))
            {
                continue;
            }

            Assert.Equal((expected.RowCount, expected.Rank, expected.ResidualDegreesOfFreedom), (actual.RowCount, actual.Rank, actual.ResidualDegreesOfFreedom));
            AssertWithinBounds(without, expected, actual);
        }
    }

    [Law(MaxTest = 300)]
    public void Weights_of_one_change_nothing(bool max, bool frequency, Seed seed)
    {
        (DataSet set, FitOptions options) = Draw(seed, whole: true, max);
        DataSet ones = set with { RowWeights = [.. set.Y.Select(_ => 1.0)] };
        AssertWithinBounds(ones, (set with { RowWeights = null }).Fit(options), ones.FitWeighted(frequency ? WeightKind.Frequency : WeightKind.Precision, options));
    }

    [Law(MaxTest = 300)]
    public void Precisions_agree_with_exact_arithmetic(bool max, bool ridge, Seed seed)
    {
        (DataSet set, FitOptions options) = Draw(seed, whole: false, max);
        options = options with { Ridge = ridge ? 0.25 : 0 };
        Fit fit = set.FitWeighted(WeightKind.Precision, options);
        ExactLeastSquares exact = set.Exact(fit.Aliased.Select(alias => alias.Column), options.Ridge);
        for (int j = 0; j < set.Columns; j++)
        {
            double error = Accuracy.Error(exact.Coefficients[j], fit.Model.Weights[j]);
            Assert.True(fit.Aliased.Any(alias => alias.Column == j) || error <= fit.Certificate.WeightErrorBounds[j], $"seed {seed}, {set}: weight {j} is wrong by {error:E2}, bound {fit.Certificate.WeightErrorBounds[j]:E2}");
        }

        double interceptError = Accuracy.Error(exact.Intercept, fit.Model.Intercept);
        Assert.True(interceptError <= fit.Certificate.InterceptErrorBound, $"seed {seed}, {set}: the intercept is wrong by {interceptError:E2}, bound {fit.Certificate.InterceptErrorBound:E2}");
        Assert.True(fit.Certificate.Digits <= Accuracy.Digits(set, fit, exact));
    }

    [Law(MaxTest = 300)]
    public void Precisions_in_other_units_give_the_same_model_and_errors(bool max, sbyte power, Seed seed)
    {
        (DataSet set, FitOptions options) = Draw(seed, whole: false, max);
        Fit one = set.FitWeighted(WeightKind.Precision, options);
        Fit other = (set with { RowWeights = [.. set.RowWeights!.Select(weight => Math.ScaleB(weight, 2 * (power / 8)))] }).FitWeighted(WeightKind.Precision, options);
        Assert.Equal(one.Model.Weights, other.Model.Weights);
        Assert.Equal(one.Model.Intercept, other.Model.Intercept);
        Assert.Equal((one.Rank, one.RowCount), (other.Rank, other.RowCount));
        Assert.All(one.StandardErrors.Zip(other.StandardErrors), pair => Assert.True(double.IsNaN(pair.First) || Math.Abs(pair.First - pair.Second) <= 4 * Naive.Roundoff * pair.First));
    }

    [Fact]
    public void Weights_that_cannot_be_used_are_named()
    {
        string Message(double weight, WeightKind kind) => Assert.ThrowsAny<ArgumentException>(() =>
            LinearRegression.Fit(new MatrixSpan<double>([1, 2, 3, 4], 1), [1, 3, 2, 5], [1, 1, weight, 1], new FitOptions { RowWeights = kind })).Message;
        foreach (WeightKind kind in Enum.GetValues<WeightKind>())
        {
            Assert.All([-1, double.NaN, double.PositiveInfinity], weight => Assert.Contains("row 2", Message(weight, kind), StringComparison.OrdinalIgnoreCase));
        }

        Assert.Contains("row 2", Message(1.5, WeightKind.Frequency), StringComparison.OrdinalIgnoreCase);
        Assert.ThrowsAny<ArgumentException>(() => LinearRegression.Fit(new MatrixSpan<double>([1, 2, 3], 1), [1, 3, 2], [1, 1], new FitOptions()));
    }

    [Fact]
    public void Weights_that_are_all_zero_are_refused_as_no_rows_are() =>
        Assert.ThrowsAny<ArgumentException>(() => LinearRegression.Fit(new MatrixSpan<double>([1, 2, 3], 1), [1, 3, 2], [0, 0, 0], new FitOptions()));

    [Law(MaxTest = 200)]
    public void Weighted_rows_of_a_source_give_the_bits_of_rows_in_memory(bool max, bool frequency, Seed seed)
    {
        (DataSet set, FitOptions options) = Draw(seed, whole: frequency, max);
        options = options with { RowWeights = frequency ? WeightKind.Frequency : WeightKind.Precision };
        Fit expected = set.FitWeighted(options.RowWeights, options);
        Fit actual = LinearRegression.Fit(new ArrayRows(ArrayRows.Join(set.X, set.Y, set.RowWeights), set.Columns + 2, 3) { HasWeights = true }, options);
        Assert.Equal(expected.Model.Weights, actual.Model.Weights);
        Assert.Equal((expected.Model.Intercept, expected.RowCount), (actual.Model.Intercept, actual.RowCount));
    }

    [Fact]
    public void Weights_of_a_source_that_cannot_be_used_are_named()
    {
        string Message(double weight, WeightKind kind) => Assert.ThrowsAny<ArgumentException>(() =>
            LinearRegression.Fit(new ArrayRows([1, 2, 1, 2, 3, 1, 3, 5, weight, 4, 4, 1], 3, 2) { HasWeights = true }, new FitOptions { RowWeights = kind })).Message;
        Assert.Contains("row 2", Message(-1, WeightKind.Precision), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("row 2", Message(1.5, WeightKind.Frequency), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("positive weight", Assert.Throws<ArgumentException>(() => LinearRegression.FitPolynomial<double>([1, 2, 3], [1, 3, 2], [0, 0, 0], 1)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => LinearRegression.FitPolynomial<double>([1, 2, 3], [1, 3, 2], [1, 1], 1));
    }

    private static (DataSet Set, FitOptions Options) Draw(int seed, bool whole, bool max)
    {
        DataSet drawn = Families.Draw(seed);
        DataSet set = drawn with { RowWeights = Families.RowWeights(new Random(seed), drawn.Rows, whole) };
        return (set, new FitOptions { Digits = max ? FitOptions.MaxDigits : 10, Intercept = set.Intercept });
    }

    /// <summary>Whether one has a column that the other has not, at the edge of what moments can tell, which depends on how many rows are summed.</summary>
    private static bool IsEdgeOfRank(Fit first, Fit second) =>
        first.Rank != second.Rank && Math.Min(first.ReciprocalCondition, second.ReciprocalCondition) < 1e-12;

    /// <summary>Two answers to one question lie within both their bounds.</summary>
    private void AssertWithinBounds(DataSet set, Fit first, Fit second)
    {
        if (_skips.When(IsEdgeOfRank(first, second), most: 0.05))
        {
            return;
        }

        Assert.Equal(first.Aliased.Select(alias => alias.Column), second.Aliased.Select(alias => alias.Column));
        for (int j = 0; j < set.Columns; j++)
        {
            double bound = first.Certificate.WeightErrorBounds[j] + second.Certificate.WeightErrorBounds[j];
            double difference = Math.Abs(first.Model.Weights[j] - second.Model.Weights[j]);
            Assert.True(first.Aliased.Any(alias => alias.Column == j) || difference <= bound, $"{set}: weight {j} is {first.Model.Weights[j]:R} and {second.Model.Weights[j]:R}, bounds {bound:E2}");
        }

        double intercepts = Math.Abs(first.Model.Intercept - second.Model.Intercept);
        Assert.True(intercepts <= first.Certificate.InterceptErrorBound + second.Certificate.InterceptErrorBound, $"{set}: the intercept is {first.Model.Intercept:R} and {second.Model.Intercept:R}");
    }

    /// <summary>
    /// Standard errors of noisy targets agree as far as their residual sums can (those of noise-free ones are rounding), and as far as a Gram
    /// matrix can tell: in double-double its entries are wrong by 2⁻⁹⁴ at most, times κ².
    /// </summary>
    private static bool IsClose(double first, double second, Fit fit) =>
        (double.IsNaN(first) && double.IsNaN(second))
        || Math.Abs(first - second) <= Math.Max(1e-8, Math.ScaleB(1 / (fit.ReciprocalCondition * fit.ReciprocalCondition), -94)) * first;
}
