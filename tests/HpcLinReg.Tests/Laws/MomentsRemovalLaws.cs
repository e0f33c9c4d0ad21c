using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Laws;

/// <summary>Rows that were added and leave again, and rows that fade.</summary>
public class MomentsRemovalLaws
{
    private readonly Skips _skips = new();

    [Law(MaxTest = 300)]
    public void Added_and_removed_rows_leave_what_was_there(bool twofold, Seed seed)
    {
        DataSet set = Families.Draw(seed);
        var random = new Random(seed);
        int split = 1 + random.Next(set.Rows - 1);
        Moments first = Of(set, 0, split, twofold), second = Of(set, split, set.Rows, twofold);
        AssertClose(set, first, first.Merge(second).Remove(second));
        AssertClose(set, second, second.Merge(first).Remove(first));
        Moments none = first.Remove(first);
        Assert.Equal(0, none.Count);
        Assert.All(none.CrossProducts.Concat(none.Means), value => Assert.Equal(0, value));
    }

    /// <summary>Targets whose mean is 1e16 of their deviations, so that the rounding of means in double-double is what is left.</summary>
    [Theory]
    [InlineData(1093203532)]
    [InlineData(66849)]
    [InlineData(96572)]
    public void So_they_do_far_from_zero(int seed) => Added_and_removed_rows_leave_what_was_there(twofold: true, seed);

    [Law(MaxTest = 300)]
    public void Fits_of_what_is_left_keep_their_promise(bool twofold, Seed seed)
    {
        DataSet set = Families.Draw(seed);
        int kept = Math.Min(set.Rows, (2 * set.Columns) + 3);
        if (_skips.When(kept == set.Rows, most: 0.35))
        {
            return;
        }

        Moments rest = Of(set, 0, set.Rows, twofold).Remove(Of(set, kept, set.Rows, twofold));
        DataSet left = set.WithRows("rows left", [.. Enumerable.Range(0, kept)]);
        Fit fit = rest.Solve(set.Columns, new FitOptions { Intercept = set.Intercept });
        ExactLeastSquares exact = left.Exact(fit.Aliased.Select(alias => alias.Column));
        bool isEdgeOfRank = _skips.When(exact.Aliased.Length > fit.Aliased.Length, most: 0.05);
        for (int j = 0; j < set.Columns && !isEdgeOfRank; j++)
        {
            double error = Accuracy.Error(exact.Coefficients[j], fit.Model.Weights[j]), bound = fit.Certificate.WeightErrorBounds[j];
            Assert.True(fit.Aliased.Any(alias => alias.Column == j) || error <= bound, $"seed {seed}, {left}: weight {j} is wrong by {error:E2}, bound {bound:E2}, {fit.Certificate.Digits:F1} digits");
        }
    }

    [Law(MaxTest = 200)]
    public void Fading_is_a_weight(Seed seed)
    {
        DataSet set = Families.Draw(seed);
        double factor = 1 - new Random(seed).NextDouble();
        var accumulator = new MomentsAccumulator(set.Columns + 1, 0, MomentsPrecision.DoubleDouble);
        accumulator.Add(new MatrixSpan<double>(set.Cells, set.Columns), new MatrixSpan<double>(set.Y, 1), [.. set.Y.Select(_ => factor)]);
        Moments faded = Of(set, 0, set.Rows, twofold: true).Decay(factor), weighted = accumulator.ToMoments();
        AssertClose(set, weighted, faded);
        for (int j = 0; j <= set.Columns; j++)
        {
            double deviation = Math.Sqrt(weighted.CrossProducts[(j * (set.Columns + 1)) + j] / factor / set.Rows);
            Assert.Equal(weighted.Means[j], faded.Means[j], 4 * Naive.Roundoff * (Math.Abs(weighted.Means[j]) + deviation));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_window_that_slid_a_hundred_thousand_rows_is_a_fresh_one_to_its_digits(bool twofold)
    {
        const int Window = 50, Slides = 100_000;
        var random = new Random(7);
        double[] cells = [.. Enumerable.Range(0, (Window + Slides) * 3).Select(_ => 5 + Families.Normal(random))];
        Moments Rows(int start, int count)
        {
            var accumulator = new MomentsAccumulator(3, 0, twofold ? MomentsPrecision.DoubleDouble : MomentsPrecision.Plain);
            accumulator.Add(new MatrixSpan<double>(cells.AsSpan(start * 3, count * 3), 3));
            return accumulator.ToMoments();
        }

        Moments window = Rows(0, Window);
        for (int slide = 0; slide < Slides; slide++)
        {
            window = window.Merge(Rows(Window + slide, 1)).Remove(Rows(slide, 1));
        }

        Moments fresh = Rows(Slides, Window);
        Assert.InRange(window.Digits, twofold ? 23 : 11, fresh.Digits);
        Assert.Equal(Window, window.Count);
        double share = Math.Max(Math.Pow(10, -window.Digits), 4 * Naive.Roundoff);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(fresh.Means[i], window.Means[i], share * 10);
            for (int j = 0; j < 3; j++)
            {
                double size = Math.Sqrt(fresh.CrossProducts[(3 * i) + i] * fresh.CrossProducts[(3 * j) + j]);
                Assert.InRange(Math.Abs(fresh.CrossProducts[(3 * i) + j] - window.CrossProducts[(3 * i) + j]), 0, share * size);
            }
        }
    }

    [Fact]
    public void A_column_of_which_only_rounding_is_left_is_constant()
    {
        var accumulator = new MomentsAccumulator(2);
        accumulator.Add(new MatrixSpan<double>([0.1, 1, 0.1, 2, 0.1, 4], 2));
        var outlier = new MomentsAccumulator(2);
        outlier.Add(new MatrixSpan<double>([1e9, 1], 2));
        Moments rest = accumulator.ToMoments().Merge(outlier.ToMoments()).Remove(outlier.ToMoments());
        Assert.Equal(0, rest.CrossProducts[0]);
        Assert.Single(rest.Solve(1).Aliased);
    }

    [Fact]
    public void What_was_never_there_is_refused_by_name()
    {
        static Moments Of(params double[] values)
        {
            var accumulator = new MomentsAccumulator(["price"]);
            accumulator.Add(new MatrixSpan<double>(values, 1));
            return accumulator.ToMoments();
        }

        Assert.Contains("'price'", Assert.Throws<ArgumentException>(() => Of(1, 2, 3).Remove(Of(100, 200))).Message, StringComparison.Ordinal);
        Assert.Contains("2 rows cannot be removed from 1", Assert.Throws<ArgumentException>(() => Of(1).Remove(Of(1, 2))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Of(1, 2).Remove(new MomentsAccumulator(2).ToMoments()));
        Assert.Throws<ArgumentNullException>(() => Of(1, 2).Remove(null!));
        Assert.Throws<InvalidOperationException>(() => Of(1, 2).Decay(0.5));
        var twofold = new MomentsAccumulator(1, 0, MomentsPrecision.DoubleDouble).ToMoments();
        Assert.All((double[])[0, -1, 1.5, double.NaN], factor => Assert.Throws<ArgumentOutOfRangeException>(() => twofold.Decay(factor)));
    }

    private static Moments Of(DataSet set, int start, int end, bool twofold)
    {
        var accumulator = new MomentsAccumulator(set.Columns + 1, 0, twofold ? MomentsPrecision.DoubleDouble : MomentsPrecision.Plain);
        accumulator.Add(new MatrixSpan<double>(set.Cells, set.Columns).SliceRows(start, end - start), set.Y.AsSpan(start, end - start));
        return accumulator.ToMoments();
    }

    /// <summary>Within the digits the second one states, and the rounding of what is compared.</summary>
    private static void AssertClose(DataSet set, Moments expected, Moments actual)
    {
        int p = set.Columns + 1;
        double share = Math.Max(Math.Pow(10, -actual.Digits), 4 * Naive.Roundoff);
        Assert.Equal(expected.Count, actual.Count);
        for (int i = 0; i < p; i++)
        {
            for (int j = 0; j < p; j++)
            {
                double size = Math.Sqrt(actual.CrossProducts[(p * i) + i]) * Math.Sqrt(actual.CrossProducts[(p * j) + j]);
                bool isFlat = actual.CrossProducts[(p * i) + i] == 0 || actual.CrossProducts[(p * j) + j] == 0;
                double difference = Math.Abs(expected.CrossProducts[(p * i) + j] - actual.CrossProducts[(p * i) + j]);
                Assert.True(isFlat || difference <= share * size, $"{set}: product {i}, {j} differs by {difference / size:E2} of its columns, {actual.Digits:F1} digits");
            }
        }
    }
}
