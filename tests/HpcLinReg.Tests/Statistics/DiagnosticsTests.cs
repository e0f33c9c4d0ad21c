using HpcLinReg.Statistics;
using HpcLinReg.Tests.Models;
using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Statistics;

/// <summary>What another reading says, against R and against plain loops.</summary>
public class DiagnosticsTests
{
    /// <summary>R 4.2 of lm(target ~ ., diabetes): quantile(residuals), hatvalues, cooks.distance, Durbin-Watson, n·R² of e² on the terms.</summary>
    [Fact]
    public void Diagnostics_of_real_data_are_those_of_R()
    {
        ColumnTable data = RealData.Diabetes();
        var model = RegressionModel.Fit(data, "target", [.. data.Names.Where(name => name != "target").Select(Feature.Column)]);
        var diagnostics = Diagnostics.Of(model, data, null);
        Assert.All(new[] { -155.8267661, -38.5358909, -0.2278216, 37.8058819, 151.3525167 }.Zip(diagnostics.Quantiles), pair => Assert.Equal(pair.First, pair.Second, 5e-8));
        Assert.Equal(2.028543, diagnostics.DurbinWatson, 5e-7);
        Assert.Equal(26.14536, diagnostics.BreuschPagan, 5e-6);
        Assert.Equal(10, diagnostics.BreuschPaganFreedom);
        Assert.Equal((323, 383), (diagnostics.LargestLeverage.Row, diagnostics.LargestCook.Row));
        Assert.Equal(0.1276184, diagnostics.LargestLeverage.Value, 5e-8);
        Assert.Equal(0.02447496, diagnostics.LargestCook.Value, 5e-9);
        Assert.Equal(11, diagnostics.LeverageSum, 1e-10);
        Assert.Contains("Durbin-Watson 2.02854", diagnostics.ToString(), StringComparison.Ordinal);
        Assert.All(diagnostics.ToString().Split('\n'), line => Assert.InRange(line.Length, 0, 79));
    }

    /// <summary>With precisions v it is n·R² of ve² on the terms, every row counting alike (statsmodels' het_breuschpagan of wresid), whatever the unit of the weights.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    public void Breusch_and_Pagan_do_not_depend_on_the_unit_of_the_weights(double unit)
    {
        double[] x = [.. Enumerable.Range(0, 40).Select(i => i * 7 % 13 / 3.0)], z = [.. Enumerable.Range(0, 40).Select(i => i * 5 % 11 / 2.0)];
        double[] y = [.. x.Select((value, i) => value + (i * 3 % 7))], v = [.. x.Select((_, i) => unit * (1 + (i % 4)))];
        var model = RegressionModel.Fit(new ColumnTable { ["x"] = x, ["z"] = z, ["y"] = y, ["v"] = v }, "y", ["x", "z"], null, "v");
        double[] squares = [.. x.Select((_, i) => v[i] * Math.Pow(y[i] - model.Predict([x[i], z[i]]).Value, 2))];
        var auxiliary = RegressionModel.Fit(new ColumnTable { ["x"] = x, ["z"] = z, ["e"] = squares }, "e", ["x", "z"]);
        double expected = 40 * (1 - (auxiliary.ResidualSumOfSquares / auxiliary.TotalSumOfSquares));
        var diagnostics = Diagnostics.Of(model, new ColumnTable { ["x"] = x, ["z"] = z, ["y"] = y, ["v"] = v }, "v");
        Assert.Equal(expected, diagnostics.BreuschPagan, 1e-10 * expected);
    }

    /// <summary>n/6·(S² + (K − 3)²/4) of central moments, and χ² of 2 degrees of freedom.</summary>
    [Fact]
    public void Jarque_and_Bera_take_central_moments()
    {
        double[] x = [1, 2, 3, 4, 5, 6, 7, 8, 9], y = [1, 5, 2, 9, 4, 4, 12, 7, 8];
        ColumnTable data = new() { ["x"] = x, ["y"] = y };
        var model = RegressionModel.Fit(data, "y", ["x"], new FitOptions { Intercept = false });
        double[] e = [.. x.Zip(y, (a, b) => b - (model.Terms[0].Coefficient * a))];
        double Moment(int power) => e.Average(value => Math.Pow(value - e.Average(), power));
        double s = Moment(3) / Math.Pow(Moment(2), 1.5), k = Moment(4) / (Moment(2) * Moment(2));
        var diagnostics = Diagnostics.Of(model, data, null);
        Assert.Equal(9 / 6.0 * ((s * s) + ((k - 3) * (k - 3) / 4)), diagnostics.JarqueBera, 1e-12);
        Assert.Equal(Math.Exp(-diagnostics.JarqueBera / 2), diagnostics.JarqueBeraP, 1e-15);
    }

    /// <summary>Leverages add up to the rank, or to the trace of the hat matrix; units of the columns change none.</summary>
    [Law(MaxTest = 30)]
    public void Leverages_add_up_to_the_rank_whatever_the_units(Seed seed)
    {
        Random random = new(seed);
        int n = random.Next(10, 40);
        double unit = Math.Exp(random.Next(-30, 30));
        double[] Draw() => [.. Enumerable.Range(0, n).Select(_ => random.NextDouble())];
        double[] a = Draw(), y = Draw();
        string[] g = [.. Enumerable.Range(0, n).Select(i => $"{i % 3}")];
        ColumnTable data = new() { ["a"] = a, ["g"] = g, ["y"] = y, ["sum"] = a.Select(value => 3 - (2 * value)).ToArray() };
        ColumnTable scaled = new() { ["a"] = a.Select(value => value * unit).ToArray(), ["g"] = g, ["y"] = y };
        var model = RegressionModel.Fit(data, "y", ["a", "g", "sum"]);
        Diagnostics one = Diagnostics.Of(model, data, null), other = Diagnostics.Of(RegressionModel.Fit(scaled, "y", ["a", "g"]), scaled, null);
        Assert.Equal(4, model.Rank);
        Assert.Equal(4, one.LeverageSum, 1e-9);
        Assert.Equal(one.LargestLeverage.Value, other.LargestLeverage.Value, 1e-9);
        Assert.Equal(one.LargestLeverage.Row, other.LargestLeverage.Row);

        var ridge = RegressionModel.Fit(data, "y", ["a", "g"], new FitOptions { Ridge = 0.5 });
        Assert.Equal(n - ridge.ResidualDegreesOfFreedom, Diagnostics.Of(ridge, data, null).LeverageSum, 1e-9);
    }

    /// <summary>A frequency is the row that often; rows in between that are missing keep their number.</summary>
    [Fact]
    public void A_frequency_counts_as_rows_and_missing_rows_keep_the_numbers()
    {
        double[] x = [1, 2, 3, double.NaN, 5, 6, 20], y = [1, 4, 2, 3, 9, 5, 8], v = [2, 1, 3, 1, 1, 2, 1];
        double[] Repeated(double[] values) => [.. v.SelectMany((count, i) => Enumerable.Repeat(values[i], (int)count))];
        ColumnTable data = new() { ["x"] = x, ["y"] = y, ["v"] = v }, rows = new() { ["x"] = Repeated(x), ["y"] = Repeated(y) };
        var one = Diagnostics.Of(RegressionModel.Fit(data, "y", ["x"], new FitOptions { RowWeights = WeightKind.Frequency }, "v"), data, "v");
        var other = Diagnostics.Of(RegressionModel.Fit(rows, "y", ["x"]), rows, null);
        Assert.All(one.Quantiles.Zip(other.Quantiles), pair => Assert.Equal(pair.Second, pair.First, 1e-12));
        Assert.Equal(other.DurbinWatson, one.DurbinWatson, 1e-12);
        Assert.Equal(other.JarqueBera, one.JarqueBera, 1e-12);
        Assert.Equal(other.BreuschPagan, one.BreuschPagan, 1e-11);
        Assert.Equal(other.LeverageSum, one.LeverageSum, 1e-12);
        Assert.Equal(7, one.LargestLeverage.Row);
    }

    /// <summary>Residuals of a weighted fit are those times the roots of the weights, as in R.</summary>
    [Fact]
    public void Residuals_of_precisions_are_weighted()
    {
        double[] x = [1, 2, 3, 4, 5, 6], y = [1, 4, 2, 3, 9, 5], v = [1, 4, 9, 1, 4, 9];
        ColumnTable data = new() { ["x"] = x, ["y"] = y, ["v"] = v };
        var model = RegressionModel.Fit(data, "y", ["x"], null, "v");
        double[] e = [.. x.Select((value, i) => Math.Sqrt(v[i]) * (y[i] - model.Predict([value]).Value)).Order()];
        var diagnostics = Diagnostics.Of(model, data, "v");
        Assert.Equal(e[0], diagnostics.Quantiles[0], 1e-12);
        Assert.Equal((e[2] + e[3]) / 2, diagnostics.Quantiles[2], 1e-12);
        Assert.Equal(2, diagnostics.LeverageSum, 1e-12);
    }
}
