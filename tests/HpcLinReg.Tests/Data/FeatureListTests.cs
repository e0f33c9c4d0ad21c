using HpcLinReg.Data;
using HpcLinReg.Data.Features;

namespace HpcLinReg.Tests.Data;

public class FeatureListTests
{
    [Theory]
    [InlineData("a, b ,c", new[] { "a", "b", "c" })]
    [InlineData("greatest(a, b), c", new[] { "greatest(a, b)", "c" })]
    [InlineData("a = 'x, y', b", new[] { "a = 'x, y'", "b" })]
    [InlineData("a = 'it''s, so', b", new[] { "a = 'it''s, so'", "b" })]
    [InlineData("\"p, q\"*2, b", new[] { "\"p, q\"*2", "b" })]
    [InlineData("Weight, kg, b", new[] { "Weight, kg", "b" })]
    [InlineData("men's height, b", new[] { "men's height", "b" })]
    [InlineData("odd (name, b", new[] { "odd (name", "b" })]
    public void Items_are_split_at_commas_outside_quotes_parentheses_and_names(string features, string[] items) =>
        Assert.Equal(items, FeatureList.Split(features, ["a", "b", "Weight, kg", "men's height", "odd (name"]));

    [Theory]
    [InlineData("", "Feature 1")]
    [InlineData("a,,b", "Feature 2")]
    [InlineData("a,", "Feature 2")]
    [InlineData("ln(a", "parenthesis")]
    [InlineData("a = 'x", "quote")]
    public void An_item_that_is_empty_or_not_closed_is_refused(string features, string told)
    {
        UsageException error = Assert.Throws<UsageException>(() => FeatureList.Split(features, ["a", "b"]));
        Assert.Contains(told, error.Message, StringComparison.Ordinal);
    }
}
