using HpcLinReg.Online;

namespace HpcLinReg.Tests.Online;

public class ExactCombinationsTests
{
    [Theory]
    [InlineData(1, 1, 0)]
    [InlineData(3, 2, 5)]
    [InlineData(-7, 0.125, -1e9)]
    public void A_combination_holds_until_a_row_breaks_it_by_the_last_bit(double whole, double coefficient, double constant)
    {
        // whole·b = coefficient·a + whole·constant, without rounding.
        double[] Row(double times) => [whole * times * 8, (coefficient * times * 8) + constant];
        var combinations = new ExactCombinations(2, intercept: true);
        combinations.Begin(Row(3));
        Assert.False(combinations.Hold());
        Assert.False(combinations.Keep([true, false]));
        combinations.Begin(Row(8));
        Assert.False(combinations.Hold());
        Assert.True(combinations.Keep([true, false]));
        combinations.Try(1, [coefficient, whole]);
        Assert.True(combinations.Is(1, ExactCombinations.State.Combination));
        combinations.Begin(Row(-70));
        Assert.True(combinations.Hold());
        combinations.Begin([Row(-70)[0], Math.BitIncrement(Row(-70)[1])]);
        Assert.False(combinations.Hold());
        Assert.True(combinations.Is(1, ExactCombinations.State.Open));
    }

    [Fact]
    public void A_combination_that_fails_in_a_row_that_is_kept_is_not_taken()
    {
        // 1e40 + 3 is rounded to 1e40: no other column shows it.
        var combinations = new ExactCombinations(3, intercept: false);
        foreach (double[] row in (double[][])[[1e40, 3, 1e40], [2, 5, 7], [1, 1, 2]])
        {
            combinations.Begin(row);
            combinations.Hold();
            combinations.Keep([true, true, false]);
        }

        combinations.Try(2, [1, 1, 1]);
        Assert.True(combinations.Is(2, ExactCombinations.State.Open));
    }

    [Fact]
    public void A_column_without_a_verdict_when_the_memory_is_full_has_none_for_ever()
    {
        var combinations = new ExactCombinations(2, intercept: true);
        for (int i = 0; i < 13; i++)
        {
            Assert.True(combinations.IsWatching);
            combinations.Begin([i, i / 10.0]);
            combinations.Hold();
            combinations.Keep([true, false]);
        }

        Assert.True(combinations.Is(1, ExactCombinations.State.Unknown));
        Assert.False(combinations.IsWatching);
    }
}
