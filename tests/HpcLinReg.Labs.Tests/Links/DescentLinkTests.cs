using HpcLinReg.Labs.Descent;
using HpcLinReg.Labs.Links;
using HpcLinReg.Labs.Points;
using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Labs.Tests.Links;

public class DescentLinkTests
{
    /// <summary>A link gives back the state, and the engine the same run of it, to the last bit.</summary>
    [Law(MaxTest = 40)]
    public void A_link_gives_the_same_run(Seed seed)
    {
        var random = new Random(seed);
        PointSet data = random.Next(2) == 0
            ? Presets.All[random.Next(Presets.All.Length - 1)].ToPointSet()
            : new PointSet("", [.. Enumerable.Range(0, 12).Select(i => new DataPoint(i + random.NextDouble(), random.NextDouble()))]);
        var lab = new DescentLab(DescentLab.WithOwnRate(DescentLab.Start(data) with
        {
            Standardize = random.Next(2) == 0,
            Batch = random.Next(3),
            Seed = random.Next(),
            Momentum = random.NextDouble() / 2,
            LogLoss = random.Next(2) == 0,
            SecondRate = random.Next(2) * random.NextDouble(),
            Deep = random.Next(2) == 0,
        }));
        lab.MoveStart(random.NextDouble(), random.NextDouble());
        lab.GoTo(random.Next(200));

        DescentState back = DescentLink.Read("http://127.0.0.1" + DescentLink.Write(lab.State), out string? problem);
        Assert.Null(problem);
        Assert.Equal(lab.State with { Data = data }, back with { Data = data });
        Assert.Equal(data.Points.AsEnumerable(), back.Data.Points);
        Assert.Equal(lab.Trace!.Points.AsEnumerable(), new DescentLab(back).Trace!.Points);
    }

    [Theory]
    [InlineData("?rate=0", "rate is “0”")]
    [InlineData("?rate=NaN", "rate is “NaN”")]
    [InlineData("?momentum=1", "momentum is “1”")]
    [InlineData("?batch=-1", "batch is “-1”")]
    [InlineData("?seed=x", "seed is “x”")]
    [InlineData("?step=1e3", "step is “1e3”")]
    public void What_is_wrong_with_a_link_is_told_and_defaults_stand_in(string query, string words)
    {
        DescentState state = DescentLink.Read("http://127.0.0.1/descent" + query, out string? problem);
        Assert.Contains(words, problem, StringComparison.Ordinal);
        Assert.Equal(DescentLab.Start(Presets.All[0].ToPointSet()), state);
    }
}
