using System.Collections.Immutable;
using HpcLinReg.Labs.Links;
using HpcLinReg.Labs.Plots;
using HpcLinReg.Labs.Points;
using HpcLinReg.Labs.Regression;
using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Labs.Tests.Links;

public class RegressionLinkTests
{
    [Fact]
    public void A_preset_is_named_and_a_person_can_read_the_link() =>
        Assert.Equal("/?set=hand&w=1&b=0", RegressionLink.Write(RegressionState.Start(Presets.All[0])));

    [Fact]
    public void Points_of_ones_own_stand_in_the_link() => Assert.Equal(
        "/?points=1,2_2.5,-4&x=weight%20%28kg%29&w=0.1&b=1e50&degree=3",
        RegressionLink.Write(RegressionState.Start(new PointSet("", [new(1, 2), new(2.5, -4)], "weight (kg)"), 0.1, 1e50) with { Degree = 3 }));

    /// <summary>Every state comes back from its link with the same bits: few points and many, any numbers, any setting.</summary>
    [Law(MaxTest = 200)]
    public void A_link_gives_back_every_bit(Seed seed)
    {
        var random = new Random(seed);
        double Any() => BitConverter.Int64BitsToDouble(random.NextInt64()) is var value && DataPoint.IsUsable(value) ? value : random.NextDouble() - 0.5;
        var data = new PointSet("", [.. Enumerable.Range(0, random.Next(0, 60)).Select(_ => new DataPoint(Any(), Any()))], "a&b=#", "é");
        double left = Any(), low = Any();
        var state = new RegressionState(data, Any(), Any(), new Axis(left, left + Math.Abs(left) + 1), new Axis(low, low + Math.Abs(low) + 1))
        {
            Degree = random.Next(1, 9),
            Ridge = random.Next(2) == 0 ? 0 : random.NextDouble(),
            Squares = random.Next(2) == 0,
            BestFit = random.Next(2) == 0,
            Leverage = random.Next(2) == 0,
            Bands = random.Next(2) == 0,
            Test = random.Next(2) == 0,
        };
        string link = RegressionLink.Write(state);
        RegressionState back = RegressionLink.Read("http://127.0.0.1:5080" + link, out string? problem);
        Assert.Null(problem);
        Assert.Equal(link, RegressionLink.Write(back));
        Assert.Equal(Bits(state), Bits(back));
        Assert.Equal(state with { Data = data with { Points = [] } }, back with { Data = back.Data with { Points = [] } });
    }

    [Fact]
    public void The_longest_link_is_one_that_is_read()
    {
        var random = new Random(7);
        double Long() => -(1 + random.NextDouble()) * 1e-99;
        var data = new PointSet("", [.. Enumerable.Range(0, PointSet.MostPoints).Select(_ => new DataPoint(Long(), Long()))]);
        string link = RegressionLink.Write(RegressionState.Start(data, Long(), Long()));
        Assert.InRange(link.Length, 1, LinkReader.LongestLink / 2);
        RegressionState back = RegressionLink.Read(link, out string? problem);
        Assert.Null(problem);
        Assert.Equal(data.Points.AsEnumerable(), back.Data.Points);
    }

    [Theory]
    [InlineData("?w=NaN", "w is “NaN”")]
    [InlineData("?w=1e308", "w is “1e308”")]
    [InlineData("?b=<script>alert(1)</script>", "b is “<script>")]
    [InlineData("?degree=9", "degree is “9” instead of a whole number from 1 to 8")]
    [InlineData("?ridge=-1", "ridge is “-1”")]
    [InlineData("?ridge=Infinity", "ridge is “Infinity”")]
    [InlineData("?set=nothing", "no data set “nothing”")]
    [InlineData("?points=1,2_x,4", "Point 2 of the link is “x,4”")]
    [InlineData("?points=1", "Point 1 of the link is “1”")]
    [InlineData("?points=1,1e400", "Point 1 of the link")]
    [InlineData("?packed=%%%", "cannot be read")]
    [InlineData("?packed=____", "cannot be read")]
    [InlineData("?across=5,1", "across is “5,1”")]
    [InlineData("?up=1,1", "up is “1,1”")]
    [InlineData("?up=0,1e300", "up is")]
    public void What_is_wrong_with_a_link_is_told_and_the_hand_example_stands_in(string query, string words)
    {
        RegressionState state = RegressionLink.Read("http://127.0.0.1/" + query, out string? problem);
        Assert.Contains(words, problem, StringComparison.Ordinal);
        Assert.Equal(RegressionState.Start(Presets.All[0]), state);
    }

    [Fact]
    public void A_link_that_is_too_long_is_not_read()
    {
        RegressionLink.Read("/?points=" + new string('1', LinkReader.LongestLink), out string? problem);
        Assert.Contains("120,009 characters", problem, StringComparison.Ordinal);
    }

    /// <summary>A hundred thousand points of a few letters each deflate to very little; they are not inflated beyond what a lab takes.</summary>
    [Fact]
    public void A_small_link_cannot_unpack_to_a_large_one()
    {
        string bomb = PointText.Pack(string.Concat(Enumerable.Repeat("1,1_", 10_000_000)));
        Assert.InRange(bomb.Length, 1, LinkReader.LongestLink);
        RegressionLink.Read("/?packed=" + bomb, out string? problem);
        Assert.Contains("more than 2,000 points", problem, StringComparison.Ordinal);
    }

    /// <summary>Wherever a link was cut, no point is read that it did not have.</summary>
    [Fact]
    public void A_packed_link_that_was_cut_is_not_read()
    {
        var random = new Random(11);
        ImmutableArray<DataPoint> points = [.. Enumerable.Range(0, 90).Select(i => new DataPoint(i, Math.Round(100 * random.NextDouble(), 2)))];
        string packed = PointText.Pack(PointText.Write(points));
        for (int length = 1; length < packed.Length; length++)
        {
            RegressionState state = RegressionLink.Read($"/?packed={packed[..length]}", out string? problem);
            Assert.True(problem is not null || state.Data.Points.SequenceEqual(points), $"The first {length} of {packed.Length} letters give other points.");
        }
    }

    [Fact]
    public void Points_beyond_the_most_are_counted()
    {
        RegressionLink.Read("/?points=" + string.Join('_', Enumerable.Repeat("1,2", 2001)), out string? problem);
        Assert.Contains("2,001 points", problem, StringComparison.Ordinal);
    }

    private static long[] Bits(RegressionState state) =>
        [.. state.Data.Points.SelectMany(point => new[] { point.X, point.Y }).Append(state.Slope).Append(state.Intercept).Select(BitConverter.DoubleToInt64Bits)];
}
