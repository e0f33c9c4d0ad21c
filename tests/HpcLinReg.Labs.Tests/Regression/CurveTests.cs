using HpcLinReg.Labs.Points;
using HpcLinReg.Labs.Regression;
using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Labs.Tests.Regression;

/// <summary>The engine-facing layer against plain formulas.</summary>
public class CurveTests
{
    [Fact]
    public void A_line_has_the_engines_own_bits()
    {
        var data = Presets.Find("anscombe1")!.ToPointSet();
        Fit fit = LinearRegression.Fit(new MatrixSpan<double>(data.Xs(), 1), data.Ys());
        Curve curve = Curve.Of(data, 1, 0, out _)!;
        Assert.Equal(fit.Model.Weights[0], curve.Slope);
        Assert.Equal(fit.Model.Intercept, curve.Intercept);
    }

    [Fact]
    public void A_curve_through_all_points_predicts_them()
    {
        var data = new PointSet("", [new(1990, 3), new(1995, -2), new(2000, 5), new(2005, 0)]);
        Curve curve = Curve.Of(data, 3, 0, out _)!;
        // Powers of u lie within ±1 with a condition below 100: 13 digits of values up to 5 are safe.
        Assert.All(curve.At(data.Xs()).Zip(data.Ys()), pair => Assert.Equal(pair.Second, pair.First, 1e-12));
        Assert.Equal(0, curve.Loss, 1e-24);
    }

    [Fact]
    public void A_penalty_shrinks_and_costs_loss()
    {
        var data = Presets.Find("anscombe2")!.ToPointSet();
        Curve free = Curve.Of(data, 1, 0, out _)!, bound = Curve.Of(data, 1, 1, out _)!, tight = Curve.Of(data, 1, 100, out _)!;
        Assert.True(Math.Abs(tight.Slope) < Math.Abs(bound.Slope) && Math.Abs(bound.Slope) < Math.Abs(free.Slope));
        Assert.True(free.Loss < bound.Loss && bound.Loss < tight.Loss);
    }

    [Fact]
    public void Equal_x_leave_the_mean_and_an_explanation()
    {
        Curve curve = Curve.Of(Presets.Find("vertical")!.ToPointSet(), 1, 0, out _)!;
        Assert.Equal(0, curve.Slope);
        Assert.Equal(2.75, curve.Intercept);
        Assert.Contains("no slope", Assert.Single(curve.Aliased()), StringComparison.Ordinal);
    }

    [Fact]
    public void Too_few_different_x_for_a_degree_are_counted()
    {
        var data = new PointSet("", [new(1, 1), new(2, 3), new(3, 2), new(1, 2)]);
        Curve curve = Curve.Of(data, 3, 0, out _)!;
        Assert.Contains("3 different x carry a polynomial of degree 2", Assert.Single(curve.Aliased()), StringComparison.Ordinal);
    }

    [Fact]
    public void No_points_are_a_sentence()
    {
        Assert.Null(Curve.Of(new PointSet("", []), 1, 0, out string? problem));
        Assert.Contains("no points", problem, StringComparison.Ordinal);
        Assert.NotEmpty(Analysis.Of(RegressionState.Start(new PointSet("", []), 0, 0)).Certificate());
    }

    /// <summary>The largest numbers a lab takes are fitted or refused in words, never by an exception.</summary>
    [Theory]
    [InlineData(1e100)]
    [InlineData(-1e100)]
    [InlineData(1e-320)]
    public void Extreme_numbers_are_an_answer(double size)
    {
        var data = new PointSet("", [new(size, size), new(0, 1), new(1, -size)]);
        var analysis = Analysis.Of(RegressionState.Start(data, 1, 0) with { Degree = 2 });
        Assert.True(analysis.Best is not null || analysis.Problem is { Length: > 0 });
        Assert.NotEmpty(analysis.Certificate());
    }

    /// <summary>Leverage and Cook's distance against their definitions: the hat matrix, and the fit without the point.</summary>
    [Law(MaxTest = 60)]
    public void Influence_is_what_leaving_a_point_out_does(Seed seed)
    {
        var random = new Random(seed);
        int degree = random.Next(1, 4), n = degree + 3 + random.Next(10);
        var data = new PointSet("", [.. Enumerable.Range(0, n).Select(i => new DataPoint(i + random.NextDouble(), random.NextDouble()))]);
        Curve curve = Curve.Of(data, degree, 0, out _)!;
        Influence influence = curve.Influence();
        double[] all = curve.At(data.Xs());
        double variance = curve.Loss * n / (n - degree - 1);
        for (int i = 0; i < n; i++)
        {
            // hᵢᵢ is the derivative of ŷᵢ by yᵢ; a fit is linear in y, so a difference of any size is exact but for rounding.
            Curve raised = Curve.Of(data with { Points = data.Points.SetItem(i, data.Points[i] with { Y = data.Points[i].Y + 1 }) }, degree, 0, out _)!;
            Assert.Equal(raised.At([data.Points[i].X])[0] - all[i], influence.Points[i].Leverage, 1e-9);

            // The centre and scale differ without the point, the fitted function does not.
            Curve without = Curve.Of(data.With(data.Points.RemoveAt(i)), degree, 0, out _)!;
            double moved = without.At(data.Xs()).Zip(all, (a, b) => (a - b) * (a - b)).Sum();
            double expected = moved / ((degree + 1) * variance);
            Assert.Equal(expected, influence.Points[i].CookDistance, 1e-6 * (1 + expected));
        }
    }

    [Fact]
    public void Leverages_sum_to_the_rank_and_reach_1_where_one_point_decides()
    {
        Influence influence = Curve.Of(Presets.Find("anscombe4")!.ToPointSet(), 1, 0, out _)!.Influence();
        Assert.Equal(2, influence.Points.Sum(point => point.Leverage), 1e-12);
        Assert.Equal([7], influence.Decisive);
        Assert.True(double.IsNaN(influence.Points[7].CookDistance));
    }

    /// <summary>With a penalty the derivative of a prediction by its own target is that of the penalized fit, for a line and for a curve.</summary>
    [Theory]
    [InlineData(1, 0.5)]
    [InlineData(1, 20)]
    [InlineData(3, 0.1)]
    public void Influence_is_of_the_fit_that_is_shown(int degree, double ridge)
    {
        var data = Presets.Find("noise")!.ToPointSet();
        var analysis = Analysis.Of(RegressionState.Start(data, 0, 0) with { Degree = degree, Ridge = ridge });
        Assert.InRange(analysis.Influence!.Points.Sum(point => point.Leverage), 1, degree + 0.999);
        double[] all = Curve.Of(data, degree, ridge, out _)!.At(data.Xs());
        for (int i = 0; i < data.Count; i++)
        {
            // A fit is linear in y, so a difference of any size is exact but for rounding.
            Curve raised = Curve.Of(data with { Points = data.Points.SetItem(i, data.Points[i] with { Y = data.Points[i].Y + 1 }) }, degree, ridge, out _)!;
            Assert.Equal(raised.At([data.Points[i].X])[0] - all[i], analysis.Influence.Points[i].Leverage, 1e-9);
        }
    }
}
