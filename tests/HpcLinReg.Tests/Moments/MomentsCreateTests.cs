using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests;

/// <summary>Moments made of what moments show, or of what others have summed; and fits by name.</summary>
public class MomentsCreateTests
{
    private static readonly string[] Names = ["a", "b", "y"];

    [Theory]
    [InlineData(false, false, false, false)]
    [InlineData(false, true, true, false)]
    [InlineData(true, false, false, false)]
    [InlineData(true, true, true, false)]
    [InlineData(true, true, false, true)]
    [InlineData(true, true, true, true)]
    public void Made_of_what_they_show_they_are_the_same(bool twofold, bool merged, bool removed, bool faded)
    {
        Moments moments = Rows(1, 300, twofold);
        moments = faded ? moments.Decay(0.75) : moments;
        moments = merged ? moments.Merge(Rows(2, 250, twofold)) : moments;
        moments = removed ? moments.Remove(faded ? Rows(1, 300, twofold).Decay(0.75) : Rows(1, 300, twofold)) : moments;
        Moments again = Again(moments);
        Assert.Equal((moments.Count, moments.TotalWeight, moments.Precision), (again.Count, again.TotalWeight, again.Precision));
        Assert.Equal(moments.EffectiveCount, again.EffectiveCount, 1e-9);
        Assert.Equal(moments.Names, again.Names);
        Assert.Equal(moments.CrossProducts.AsSpan(), again.CrossProducts.AsSpan());
        Assert.Equal(moments.Digits, again.Digits, 0.6);
        (Fit first, Fit second) = (moments.Solve(2), again.Solve(2));
        Assert.Equal(first.Model.Weights, second.Model.Weights);
        Assert.Equal(first.Model.Intercept, second.Model.Intercept);
        Assert.Equal(first.StandardErrors.AsSpan(), second.StandardErrors.AsSpan());
        Assert.Equal(first.ResidualDegreesOfFreedom, second.ResidualDegreesOfFreedom, 1e-9);
        Assert.InRange(second.Certificate.Digits, first.Certificate.Digits - 1, first.Certificate.Digits + 1);

        // They merge and are removed as those they were made of.
        Moments more = Rows(3, 50, twofold);
        Assert.Equal(moments.Merge(more).CrossProducts.AsSpan(), again.Merge(more).CrossProducts.AsSpan());
        Assert.Equal(50, again.Merge(more).Remove(moments).Count);
    }

    [Fact]
    public void A_lost_column_stays_lost()
    {
        double[] cells = [0.5, 1, 0.25, 2, 1e20, 3, 0.75, 5];
        Moments all = Laws.MomentsWindowLaws.Of(cells, 2, 0, 4, twofold: false), rest = all.Remove(Laws.MomentsWindowLaws.Of(cells, 2, 2, 3, twofold: false));
        Moments again = Again(rest);
        Assert.True(double.IsNegativeInfinity(rest.Digits) && double.IsNegativeInfinity(again.Digits));
        Assert.Contains("'x1'", again.Merge(Laws.MomentsWindowLaws.Of(cells, 2, 0, 2, twofold: false)).Solve("x2").Certificate.Describe(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_no_rows_have_is_refused_by_name()
    {
        double[] means = [1, 2], products = [4, 2, 2, 9];
        static string Refusal(Func<Moments> make) => Assert.ThrowsAny<ArgumentException>(make).Message;
        Assert.Equal(3, Moments.Create(["a", "b"], 3, means, products).Count);
        Assert.Contains("named 'a'", Refusal(() => Moments.Create(["a", "a"], 3, means, products)), StringComparison.Ordinal);
        Assert.Contains("means has 1 values, but 2", Refusal(() => Moments.Create(["a", "b"], 3, [1], products)), StringComparison.Ordinal);
        Assert.Contains("crossProducts has 3 values, but 4", Refusal(() => Moments.Create(["a", "b"], 3, means, [1, 2, 3])), StringComparison.Ordinal);
        Assert.Contains("means[1] is NaN", Refusal(() => Moments.Create(["a", "b"], 3, [1, double.NaN], products)), StringComparison.Ordinal);
        Assert.Contains("'a' and 'b' is 2 above and 2.5 below", Refusal(() => Moments.Create(["a", "b"], 3, means, [4, 2, 2.5, 9])), StringComparison.Ordinal);
        Assert.Contains("squares of column 'b' cannot be negative", Refusal(() => Moments.Create(["a", "b"], 3, means, [4, 0, 0, -1])), StringComparison.Ordinal);
        Assert.Contains("'a' and 'b' is 6.1, but no rows have more than 6", Refusal(() => Moments.Create(["a", "b"], 3, means, [4, 6.1, 6.1, 9])), StringComparison.Ordinal);
        Assert.Contains("squareErrorBounds[0] is -1", Refusal(() => Moments.Create(["a", "b"], 3, means, products, new MomentsOptions { SquareErrorBounds = [-1, 0] })), StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Moments.Create(["a", "b"], -1, means, products));
        Assert.Throws<ArgumentOutOfRangeException>(() => Moments.Create([], 1, [], []));
        Assert.Throws<InvalidOperationException>(() => Moments.Create(["a", "b"], 3, means, products, new MomentsOptions { TotalWeight = 2.5 }));
        Assert.Throws<OverflowException>(() => Moments.Create(["a", "b"], 3, means, products, new MomentsOptions { Precision = MomentsPrecision.DoubleDouble, TotalWeight = 0 }));
        var other = Moments.Create(["a", "b"], 3, means, products, new MomentsOptions { Precision = MomentsPrecision.DoubleDouble, TotalWeight = 3 });
        Assert.Contains("cannot have faded to 4", Refusal(() => Moments.Create(["a", "b"], 3, means, products, new MomentsOptions { Precision = MomentsPrecision.DoubleDouble, SquaredWeights = other, FadedCount = 4 })), StringComparison.Ordinal);

        // Rounding of products of nearly equal columns is no reason.
        Assert.Equal(3, Moments.Create(["a", "b"], 3, means, [4, 6 * (1 + 1e-15), 6 * (1 + 1e-15), 9]).Count);
    }

    [Fact]
    public void Columns_are_named()
    {
        Moments moments = Rows(1, 300, twofold: false);
        Assert.Equal(moments.Solve(2).Model.Weights, moments.Solve("y").Model.Weights);
        Assert.Equal(moments.Solve([1], 0).Model.Weights, moments.Solve(["b"], "a").Model.Weights);
        Assert.Contains("There is no column 'z': the columns are 'a', 'b', 'y'", Assert.Throws<ArgumentException>(() => moments.Solve("z")).Message, StringComparison.Ordinal);
        Assert.Contains("'a', is listed twice", Assert.Throws<ArgumentException>(() => moments.Solve(["a", "a"], "y")).Message, StringComparison.Ordinal);
    }

    private static Moments Again(Moments moments) => Moments.Create(
        moments.Names.AsSpan(),
        moments.Count,
        moments.Means.AsSpan(),
        moments.CrossProducts.AsSpan(),
        new MomentsOptions
        {
            Precision = moments.Precision,
            TotalWeight = moments.TotalWeight,
            MeanRemainders = moments.MeanRemainders,
            CrossProductRemainders = moments.CrossProductRemainders,
            MeanErrorBounds = moments.MeanErrorBounds,
            SquareErrorBounds = moments.SquareErrorBounds,
            SquaredWeights = moments.SquaredWeights is { } squared ? Again(squared) : null,
            FadedCount = moments.FadedCount,
        });

    private static Moments Rows(int seed, int rows, bool twofold)
    {
        var random = new Random(seed);
        var accumulator = new MomentsAccumulator(Names, 0, twofold ? MomentsPrecision.DoubleDouble : MomentsPrecision.Plain);
        accumulator.Add(new MatrixSpan<double>([.. Enumerable.Range(0, rows * 3).Select(_ => 7 + Families.Normal(random))], 3));
        return accumulator.ToMoments();
    }
}
