using HpcLinReg.Statistics;
using HpcLinReg.Tests.Models;
using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Statistics;

/// <summary>What a summary says, and what it says where there is nothing to be known.</summary>
public class SummaryTests
{
    private static readonly double[] X = [1, 2, 3, 4, 5, 6, 7, 8];
    private static readonly double[] Y = [2.1, 3.9, 6.2, 7.8, 10.1, 12.2, 13.8, 16.1];

    private readonly Skips _skips = new();

    /// <summary>R 4: vif, drop1 and AIC of lm(mass ~ length + flipper + species + sex), rows without a value left out.</summary>
    [Fact]
    public void Features_are_tested_as_wholes_as_in_R()
    {
        var summary = Summary.Of(RegressionModel.Fit(RealData.Penguins(), "mass", ["length", "flipper", "species", "sex"]));
        Assert.Equal(["length", "flipper", "species", "sex"], summary.Features.Select(feature => feature.Feature));
        Assert.Equal([1, 1, 2, 1], summary.Features.Select(feature => feature.DegreesOfFreedom));
        RegressionModel Without(params Feature[] features)
        {
            // The rows of the whole model: where the sex is not known, the row is not used.
            ColumnTable all = RealData.Penguins(), known = new();
            int[] rows = [.. Enumerable.Range(0, all.RowCount).Where(i => !all["sex"][i].IsMissing)];
            foreach (string name in new[] { "length", "flipper", "mass" })
            {
                known[name] = rows.Select(i => all[name][i].ToDouble()).ToArray();
            }

            foreach (string name in new[] { "species", "sex" })
            {
                known[name] = rows.Select(i => all[name][i].Text).ToArray();
            }

            return RegressionModel.Fit(known, "mass", features);
        }

        // The F of a term is the increase of the residual sum of squares of the fit without it.
        RegressionModel whole = Without("length", "flipper", "species", "sex"), smaller = Without("length", "flipper", "sex");
        double f = (smaller.ResidualSumOfSquares - whole.ResidualSumOfSquares) / 2 / (whole.ResidualSumOfSquares / whole.ResidualDegreesOfFreedom);
        Assert.Equal(f, summary.Features[2].F, 1e-11 * f);
        Assert.Equal(FisherF.UpperTail(f, 2, whole.ResidualDegreesOfFreedom), summary.Features[2].P, 1e-10 * summary.Features[2].P);
        Assert.Equal(summary.Coefficients[1].T * summary.Coefficients[1].T, summary.Features[0].F, 1e-11 * summary.Features[0].F);

        // 1/(1 − R²) of the fit of a term on the others.
        double rSquared = Summary.Of(RegressionOf("flipper")).RSquared;
        Assert.Equal(1 / (1 - rSquared), summary.Coefficients[2].Vif, 1e-10 * summary.Coefficients[2].Vif);

        RegressionModel RegressionOf(string target)
        {
            ColumnTable all = RealData.Penguins();
            int[] rows = [.. Enumerable.Range(0, all.RowCount).Where(i => !all["sex"][i].IsMissing && double.IsFinite(all["mass"][i].ToDouble()))];
            return RegressionModel.Fit(
                new ColumnTable
                {
                    ["length"] = rows.Select(i => all["length"][i].ToDouble()).ToArray(),
                    ["flipper"] = rows.Select(i => all["flipper"][i].ToDouble()).ToArray(),
                    ["species"] = rows.Select(i => all["species"][i].Text).ToArray(),
                    ["sex"] = rows.Select(i => all["sex"][i].Text).ToArray(),
                },
                target,
                ["length", "species", "sex"]);
        }
    }

    [Fact]
    public void A_part_of_an_interaction_is_not_tested_alone()
    {
        var summary = Summary.Of(RegressionModel.Fit(RealData.Penguins(), "mass", ["length", "species", Feature.Interaction("species", "length"), "flipper"]));
        Assert.Equal(["flipper", "species:length"], summary.Features.Select(feature => feature.Feature).Order());
        Assert.Equal(2, summary.Features.Single(feature => feature.IsBlock).DegreesOfFreedom);
    }

    /// <summary>With x3 = x1 + x2, the model without x1 still spans the same: no degree of freedom is lost, as in R.</summary>
    [Fact]
    public void A_feature_that_an_aliased_one_stands_in_for_is_no_loss()
    {
        Random random = new(7);
        double[] Draw() => [.. Enumerable.Range(0, 30).Select(_ => random.NextDouble())];
        (double[] a, double[] b, double[] c) = (Draw(), Draw(), Draw());
        ColumnTable data = new() { ["a"] = a, ["b"] = b, ["c"] = c, ["sum"] = a.Zip(b, (x, y) => x + y).ToArray(), ["y"] = Draw() };
        var summary = Summary.Of(RegressionModel.Fit(data, "y", ["a", "b", "c", "sum"]));
        Assert.Equal([("a", 0), ("b", 0), ("c", 1)], summary.Features.Select(feature => (feature.Feature, feature.DegreesOfFreedom)));
        Assert.True(double.IsNaN(summary.Features[0].F));
        Assert.True(summary.Coefficients[4].IsDropped);
        Assert.Contains("aliased: sum = a + b", summary.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_fit_of_numbers_in_memory_has_a_summary()
    {
        double[,] x = new double[8, 1];
        for (int i = 0; i < 8; i++)
        {
            x[i, 0] = X[i];
        }

        Summary ofFit = Summary.Of(LinearRegression.Fit(x, Y)), ofModel = Summary.Of(Line(Y));
        Assert.Equal(ofModel.ToString().Replace("x ", "x1", StringComparison.Ordinal).Length, ofFit.ToString().Length);
        Assert.Equal(ofModel.Aic, ofFit.Aic, 1e-12);
        Assert.Equal("slope", Summary.Of(LinearRegression.Fit(x, Y), ["slope"], 0.9, null).Coefficients[1].Term);
        Assert.Throws<ArgumentException>(() => Summary.Of(LinearRegression.Fit(x, Y), ["a", "b"], 0.9, null));
        Assert.Throws<ArgumentOutOfRangeException>(() => Summary.Of(Line(Y), 1));
    }

    /// <summary>Two million rows gave "2E+06 degrees of freedom".</summary>
    [Fact]
    public void Degrees_of_freedom_of_many_rows_have_all_digits()
    {
        var moments = Moments.Create(["x", "y"], 2_000_000, [0, 0], [4, 2, 2, 3], new MomentsOptions());
        string text = Words(Summary.Of(moments.Solve("y")));
        Assert.Contains("on 1999998 degrees of freedom", text, StringComparison.Ordinal);
        Assert.Contains("on 1 and 1999998 degrees of freedom", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_degrees_of_freedom_it_says_so_as_R_does()
    {
        string text = Words(Summary.Of(RegressionModel.Fit(new ColumnTable { ["x"] = new[] { 1.0, 2 }, ["y"] = new[] { 3, 5.5 } }, "y", ["x"])));
        Assert.Contains("All 2 residuals are 0: no residual degrees of freedom", text, StringComparison.Ordinal);
        Assert.Contains("on 0 degrees of freedom", text, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_essentially_perfect_fit_is_called_so_and_an_intercept_of_rounding_is_0()
    {
        double[] y = [.. X.Select(x => 2 * x)];
        y[0] += 1e-15;
        var summary = Summary.Of(Line(y));
        Assert.Contains("Essentially perfect fit", Words(summary), StringComparison.Ordinal);
        string intercept = summary.ToString().Split('\n').First(line => line.StartsWith("(Intercept)", StringComparison.Ordinal));
        Assert.Equal(["(Intercept)", "0"], intercept.Split(' ', StringSplitOptions.RemoveEmptyEntries)[..2]);
    }

    [Fact]
    public void A_target_that_does_not_vary_has_no_R_squared()
    {
        var summary = Summary.Of(Line([5, 5, 5, 5, 5, 5, 5, 5]));
        Assert.True(double.IsNaN(summary.RSquared));
        Assert.True(double.IsNaN(summary.F));
        Assert.True(double.IsNaN(summary.LogLikelihood));
        Assert.Contains("The target does not vary: R² is not defined", Words(summary), StringComparison.Ordinal);
    }

    [Fact]
    public void The_mean_alone_has_a_summary()
    {
        var summary = Summary.Of(RegressionModel.Fit(new ColumnTable { ["y"] = Y }, "y", []));
        Assert.Equal((0, 7.0), (summary.FNumerator, summary.ResidualDegreesOfFreedom));
        Assert.Equal(0, summary.RSquared, 1e-15);
        Assert.True(double.IsNaN(summary.F));
        Assert.Equal(Y.Average() / (Deviation(Y) / Math.Sqrt(8)), summary.Coefficients[0].T, 1e-12);
        Assert.DoesNotContain("F ", summary.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_target_of_true_and_false_is_called_a_linear_probability_model()
    {
        ColumnTable data = new() { ["x"] = X, ["y"] = new[] { true, false, false, true, true, true, false, true } };
        var model = RegressionModel.Fit(data, "y", ["x"]);
        Assert.Contains("linear probability model", Words(Summary.Of(RegressionModel.FromJson(model.ToJson()))), StringComparison.Ordinal);
        Assert.DoesNotContain("probability", Words(Summary.Of(Line(Y))), StringComparison.Ordinal);
    }

    /// <summary>50 rows and 300 columns: the first tool an analyst tried printed −251 degrees of freedom.</summary>
    [Theory]
    [InlineData(0, RankDeficiency.Drop)]
    [InlineData(0, RankDeficiency.MinimumNorm)]
    [InlineData(5, RankDeficiency.Drop)]
    public void More_columns_than_rows_leave_no_negative_degrees_of_freedom(double ridge, RankDeficiency rankDeficient)
    {
        Random random = new(11);
        double[,] x = new double[50, 300];
        double[] y = [.. Enumerable.Range(0, 50).Select(_ => random.NextDouble())];
        for (int i = 0; i < 50; i++)
        {
            for (int j = 0; j < 300; j++)
            {
                x[i, j] = random.NextDouble();
            }
        }

        var summary = Summary.Of(LinearRegression.Fit(x, y, new FitOptions { Ridge = ridge, RankDeficient = rankDeficient }));
        string text = Words(summary);
        Assert.InRange(summary.ResidualDegreesOfFreedom, 0, 50);
        Assert.DoesNotContain("-251", text, StringComparison.Ordinal);
        if (ridge > 0)
        {
            Assert.InRange(summary.ResidualDegreesOfFreedom, 1e-6, 50);
            Assert.Contains("effective, n less the trace of the hat matrix", text, StringComparison.Ordinal);
            Assert.Empty(summary.Features);
        }
        else
        {
            Assert.Single(summary.ToString().Split('\n'), line => line.StartsWith("251 terms are aliased", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_p_value_beyond_the_range_of_double_is_printed_as_what_it_is()
    {
        double[] x = [.. Enumerable.Range(0, 1000).Select(i => (double)i)];
        double[] y = [.. x.Select((value, i) => value + (i % 2 == 0 ? 0.5 : -0.5))];
        var summary = Summary.Of(RegressionModel.Fit(new ColumnTable { ["x"] = x, ["y"] = y }, "y", ["x"]));
        Assert.Equal(0, summary.Coefficients[1].P);
        Assert.InRange(summary.Coefficients[1].LogP, -1e5, -700);
        string row = summary.ToString().Split('\n').First(line => line.StartsWith("x ", StringComparison.Ordinal));
        Assert.Matches(@"\d\.\d\de-\d{4}", row);
    }

    /// <summary>A file of version 1 kept neither sums of squares nor what standard errors need.</summary>
    [Fact]
    public void A_model_of_a_file_of_version_1_says_what_it_did_not_keep()
    {
        var summary = Summary.Of(RegressionModel.Load(Path.Combine(AppContext.BaseDirectory, "TestData", "models", "first.json")));
        Assert.All(summary.Coefficients, coefficient => Assert.True(double.IsNaN(coefficient.P)));
        Assert.Contains("a file of version 1 did not keep what they need", Words(summary), StringComparison.Ordinal);
        Assert.DoesNotContain("does not vary", Words(summary), StringComparison.Ordinal);
    }

    [Fact]
    public void Names_with_line_breaks_do_not_break_the_table()
    {
        ColumnTable data = new() { ["a\nb"] = X, ["y"] = Y };
        Assert.Contains("a b ", Summary.Of(RegressionModel.Fit(data, "y", [Feature.Column("a\nb")])).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void No_line_is_longer_than_79_characters()
    {
        ColumnTable data = RealData.Penguins();
        foreach (Feature[] features in (Feature[][])[["length", "depth"], ["species", "island", "sex", "flipper"], [Feature.Polynomial("length", 5)], [Feature.Interaction("species", "island", "sex")]])
        {
            Assert.All(Summary.Of(RegressionModel.Fit(data, "mass", features)).ToString().Split('\n'), line => Assert.InRange(line.Length, 0, 79));
        }
    }

    /// <summary>Units of a column and of the target are a matter of taste.</summary>
    [Law(MaxTest = 40)]
    public void Units_change_neither_t_nor_p_nor_R_squared(Seed seed)
    {
        Random random = new(seed.Value);
        int n = random.Next(8, 40);
        double[] Draw() => [.. Enumerable.Range(0, n).Select(_ => random.NextDouble() - 0.3)];
        (double[] a, double[] b, double[] y) = (Draw(), Draw(), Draw());
        double unit = Math.ScaleB(1, random.Next(-60, 60)), ofTarget = Math.ScaleB(1, random.Next(-60, 60));
        var one = Summary.Of(RegressionModel.Fit(new ColumnTable { ["a"] = a, ["b"] = b, ["y"] = y }, "y", ["a", "b"]));
        var other = Summary.Of(RegressionModel.Fit(
            new ColumnTable { ["a"] = a.Select(value => value * unit).ToArray(), ["b"] = b, ["y"] = y.Select(value => value * ofTarget).ToArray() }, "y", ["a", "b"]));

        // Scaling by powers of two is exact, and the arithmetic has ten digits.
        Assert.Equal(one.RSquared, other.RSquared, 1e-10);
        for (int j = 0; j < 3; j++)
        {
            Assert.Equal(one.Coefficients[j].T, other.Coefficients[j].T, 1e-9 * Math.Abs(one.Coefficients[j].T));
            Assert.Equal(one.Coefficients[j].P, other.Coefficients[j].P, 1e-9);
        }
    }

    [Law(MaxTest = 60)]
    public void Sizes_far_apart_do_not_break_the_width(Seed seed)
    {
        Random random = new(seed.Value);
        double[] Draw(double size) => [.. Enumerable.Range(0, 20).Select(_ => size * (random.NextDouble() + random.Next(2)))];
        double Size() => Math.Pow(10, random.Next(-20, 20));
        ColumnTable data = new() { ["a"] = Draw(Size()), ["b"] = Draw(Size()), ["a name of some length, such as people give"] = Draw(Size()), ["y"] = Draw(Size()) };
        Assert.All(Summary.Of(RegressionModel.Fit(data, "y", [.. data.Names.Take(3).Select(Feature.Column)])).ToString().Split('\n'), line => Assert.InRange(line.Length, 0, 79));
    }

    /// <summary>A frequency of 2 is the row twice, to the degrees of freedom and the likelihood.</summary>
    [Law(MaxTest = 40)]
    public void A_frequency_is_the_row_that_often(Seed seed)
    {
        Random random = new(seed.Value);
        int n = random.Next(8, 25);
        double[] a = [.. Enumerable.Range(0, n).Select(_ => random.NextDouble())], y = [.. a.Select(value => value + random.NextDouble())], v = [.. a.Select(_ => (double)random.Next(0, 4))];
        double[] Repeated(double[] values) => [.. values.SelectMany((value, i) => Enumerable.Repeat(value, (int)v[i]))];
        if (_skips.When(Repeated(a).Distinct().Count() < 4, most: 0.1))
        {
            return;
        }

        var weighted = Summary.Of(RegressionModel.Fit(new ColumnTable { ["a"] = a, ["y"] = y, ["v"] = v }, "y", ["a"], new FitOptions { RowWeights = WeightKind.Frequency }, "v"));
        var repeated = Summary.Of(RegressionModel.Fit(new ColumnTable { ["a"] = Repeated(a), ["y"] = Repeated(y) }, "y", ["a"]));
        Assert.Equal(repeated.ResidualDegreesOfFreedom, weighted.ResidualDegreesOfFreedom);
        double[] Figures(Summary summary) => [summary.RSquared, summary.AdjustedRSquared, summary.F, summary.FP, summary.LogLikelihood, summary.Aic, summary.Bic, .. summary.Coefficients.SelectMany(c => new[] { c.T, c.P, c.Lower, c.Upper })];
        Assert.All(Figures(repeated).Zip(Figures(weighted)), pair => Assert.Equal(pair.First, pair.Second, 1e-9 * (1 + Math.Abs(pair.First))));
    }

    /// <summary>The log-likelihood of weighted rows counts ½Σ ln v (R's logLik of a weighted lm).</summary>
    [Fact]
    public void Precisions_enter_the_likelihood_by_their_logarithms()
    {
        double[] v = [1, 2, 4, 8, 1, 2, 4, 8];
        var model = RegressionModel.Fit(new ColumnTable { ["x"] = X, ["y"] = Y, ["v"] = v }, "y", ["x"], null, "v");
        double expected = 0.5 * (v.Sum(Math.Log) - (8 * (Math.Log(2 * Math.PI) + 1 - Math.Log(8) + Math.Log(model.ResidualSumOfSquares))));
        Assert.Equal(expected, Summary.Of(model).LogLikelihood, 1e-12);
        var unknown = Summary.Of(RegressionModel.Create(model.Design, "y", FitOf(v)));
        Assert.True(double.IsNaN(unknown.Aic));
        Assert.Contains("need the weights' logarithms", Words(unknown), StringComparison.Ordinal);
    }

    private static Fit FitOf(double[] weights) => LinearRegression.Fit(new MatrixSpan<double>(X, 1), Y, weights);

    private static RegressionModel Line(double[] y) => RegressionModel.Fit(new ColumnTable { ["x"] = X, ["y"] = y }, "y", ["x"]);

    private static double Deviation(double[] values) => Math.Sqrt(values.Sum(value => (value - values.Average()) * (value - values.Average())) / (values.Length - 1));

    /// <summary>The text without its line breaks.</summary>
    /// <summary>A text is read against its baseline, a polynomial in powers of x, and an interaction of one in powers of what the note says.</summary>
    [Fact]
    public void What_coefficients_stand_for_is_said()
    {
        double[] x = [.. Enumerable.Range(0, 30).Select(i => 2000.0 + (i % 15))];
        string[] town = [.. Enumerable.Range(0, 30).Select(i => i < 15 ? "Bari" : "Como")];
        ColumnTable data = new() { ["x"] = x, ["town"] = town, ["y"] = (double[])[.. x.Select((value, i) => ((value - 2000) * (value - 2000)) + (i * 7 % 5))] };
        var powers = RegressionModel.Fit(data, "y", ["town", Feature.Polynomial("x", 2)]);
        var summary = Summary.Of(powers);
        Assert.Contains("Baselines: town 'Bari'.", Words(summary), StringComparison.Ordinal);
        Assert.DoesNotContain("stands for", Words(summary), StringComparison.Ordinal);
        Assert.Equal(powers.Powers!.Weights[2], summary.Coefficients[3].Estimate);
        var products = RegressionModel.Fit(data, "y", ["town", Feature.Polynomial("x", 2), Feature.Interaction("town", Feature.Polynomial("x", 2))]);
        Assert.Contains("In town:x, x stands for t = (x - 2007) * 0.142857", Words(Summary.Of(products)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_trained_model_says_why_it_has_no_errors()
    {
        double[] x = [1, 2, 3, 4, 5, 6], y = [1, 3, 2, 5, 4, 7];
        DescentResult descent = GradientDescent.Fit(new MatrixSpan<double>(x, 1), y, new GradientDescentOptions { Standardize = true });
        var fitted = RegressionModel.Fit(new ColumnTable { ["x"] = x, ["y"] = y }, "y", ["x"]);
        var trained = RegressionModel.Create(fitted.Design, "y", new TrainedCoefficients { Model = descent.Model, RowCount = 6, TotalWeight = 6, ResidualSumOfSquares = 5, TotalSumOfSquares = 23 });
        string words = Words(Summary.Of(trained));
        Assert.Contains("trained without the factor", words, StringComparison.Ordinal);
        Assert.DoesNotContain("residuals are 0", words, StringComparison.Ordinal);
        Assert.DoesNotContain("degrees of freedom", words, StringComparison.Ordinal);
    }

    private static string Words(Summary summary) => string.Join(' ', summary.ToString().Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
}
