using HpcLinReg.Data;

namespace HpcLinReg.Tests.Data;

public sealed class SuggestionTests
{
    [Theory]
    [InlineData("tagret", "target")]
    [InlineData("TARGET", "target")]
    [InlineData("weigth", "weight")]
    [InlineData("targets", "target")]
    [InlineData("wt", null)]
    [InlineData("entirely", null)]
    [InlineData("", null)]
    public void The_nearest_name_is_found(string word, string? nearest) => Assert.Equal(nearest, Suggestion.Nearest(word, ["x", "target", "weight", "height"]));

    [Fact]
    public void Of_two_the_nearer_is_found() => Assert.Equal("x12", Suggestion.Nearest("x122", ["x2", "x11", "x12"]));
}
