using System.Globalization;
using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Models;

/// <summary>Predictions with uncertainty: beside R's, and where nothing is known.</summary>
public class IntervalTests
{
    /// <summary>Powers of so high a degree that no digit is certain determine each other within rounding only, and then no row can be said to break a combination.</summary>
    [Theory]
    [InlineData(12, 20, 1)]
    [InlineData(20, 40, 2)]
    [InlineData(15, 30, 3)]
    [InlineData(30, 30, 4)]
    [InlineData(30, 40, 4)]
    [InlineData(25, 30, 5)]
    [InlineData(60, 40, 5)]
    public void Rows_of_a_fit_break_no_combination_also_where_no_digit_is_certain(int distinct, int degree, int seed)
    {
        Random random = new(seed);
        double[] values = [.. Enumerable.Range(0, distinct).Select(_ => random.NextDouble() * 3)];
        double[] x = [.. Enumerable.Range(0, 3 * distinct).Select(i => values[i % distinct])], y = [.. x.Select(_ => random.NextDouble())];
        var model = RegressionModel.Fit(new ColumnTable { ["x"] = x, ["y"] = y }, "y", [Feature.Polynomial("x", degree)]);
        Assert.NotEmpty(model.Aliased);
        Assert.All(x, value => Assert.False(model.PredictWithUncertainty([value]).BreaksAlias));
    }

    /// <summary>Nine digits, beside the larger of a limit and the target's size; R's own QR has about 12 here.</summary>
    private const double NineDigits = 1e-9;

    private static readonly Dictionary<string, Func<RegressionModel>> Models = new()
    {
        ["columns"] = () => RegressionModel.Fit(RealData.Diabetes(), "target", [.. "age sex bmi bp s1 s2 s3 s4 s5 s6".Split(' ')]),
        ["text"] = () => RegressionModel.Fit(RealData.Penguins(), "mass", ["species", "flipper", "sex"]),
        ["interaction"] = () => RegressionModel.Fit(RealData.Penguins(), "mass", ["species", "flipper", "sex", Feature.Interaction("species", "flipper"), Feature.Interaction("species", "sex")]),
        ["nested"] = () => RegressionModel.Fit(RealData.Penguins(), "mass", ["flipper", Feature.Interaction("species", "depth")]),
        ["polynomial"] = () => RegressionModel.Fit(RealData.Penguins(), "mass", [Feature.Polynomial("flipper", 3), "sex"]),
        ["expression"] = () => RegressionModel.Fit(RealData.Penguins(), "mass", ["length * depth", "ln(flipper)"]),
        ["weights"] = () => RegressionModel.Fit(RealData.Diabetes(), "target", ["bmi", "bp", "s5"], null, "age"),
        ["origin"] = () => RegressionModel.Fit(RealData.Diabetes(), "target", ["bmi", "bp", "s5"], new FitOptions { Intercept = false }),
    };

    [Fact]
    public void Limits_are_those_of_R()
    {
        string[][] rows = RealData.Read("intervals.csv").Rows;
        Assert.Equal(Models.Keys, rows.Select(row => row[0]).Distinct());
        foreach (IGrouping<string, string[]> group in rows.GroupBy(row => row[0]))
        {
            RegressionModel fresh = Models[group.Key]();
            foreach (RegressionModel model in (RegressionModel[])[fresh, RegressionModel.FromJson(fresh.ToJson())])
            {
                ColumnTable data = group.Key is "columns" or "weights" or "origin" ? RealData.Diabetes() : RealData.Penguins();
                foreach (string[] row in group)
                {
                    double[] expected = [.. row.Skip(2).Select(cell => double.Parse(cell, CultureInfo.InvariantCulture))];
                    UncertainPrediction actual = model.PredictWithUncertainty(RealData.Row(data, model, int.Parse(row[1], CultureInfo.InvariantCulture) - 1), expected[0]);
                    double[] limits = [actual.Value, actual.StandardError, actual.Leverage, actual.ConfidenceLower, actual.ConfidenceUpper, actual.PredictionLower, actual.PredictionUpper];
                    for (int i = 0; i < limits.Length; i++)
                    {
                        double size = i is 1 or 2 ? expected[i + 1] : Math.Max(Math.Abs(expected[i + 1]), expected[1]);
                        Assert.True(Math.Abs(limits[i] - expected[i + 1]) <= NineDigits * size, $"{group.Key}, row {row[1]}, number {i}: {limits[i]:R} and R's {expected[i + 1]:R}");
                    }

                    Assert.False(actual.IsOutsideTraining);
                    Assert.False(actual.BreaksAlias);
                }
            }
        }
    }

    [Fact]
    public void A_value_beyond_the_training_rows_is_reported()
    {
        RegressionModel model = Models["text"]();
        Dictionary<string, Cell> row = new() { ["species"] = "Gentoo", ["sex"] = "MALE", ["flipper"] = 231 };
        Assert.False(model.PredictWithUncertainty(row).IsOutsideTraining);
        Assert.True(model.PredictWithUncertainty(new Dictionary<string, Cell>(row) { ["flipper"] = 231.5 }).IsOutsideTraining);
        Assert.True(model.PredictWithUncertainty(new Dictionary<string, Cell>(row) { ["flipper"] = 171 }).IsOutsideTraining);
    }

    [Theory]
    [InlineData(RankDeficiency.Drop)]
    [InlineData(RankDeficiency.MinimumNorm)]
    public void A_row_that_breaks_a_combination_is_reported_and_has_no_interval_with_the_minimum_norm(RankDeficiency rankDeficient)
    {
        double[] start = [0, 1, 2, 5, 9], end = [3, 5, 4, 9, 20];
        ColumnTable data = new() { ["start"] = start, ["end"] = end, ["duration"] = end.Zip(start, (a, b) => a - b).ToArray(), ["y"] = new[] { 1.0, 2, 4, 3, 8 } };
        var model = RegressionModel.Fit(data, "y", ["start", "end", "duration"], new FitOptions { RankDeficient = rankDeficient });
        Assert.Single(model.Aliased);
        UncertainPrediction kept = model.PredictWithUncertainty([2.0, 7, 5]), broken = model.PredictWithUncertainty([2.0, 7, 6]);
        var two = RegressionModel.Fit(data, "y", ["start", "end"]);
        UncertainPrediction expected = two.PredictWithUncertainty([2.0, 7]);
        Assert.Equal((false, true), (kept.BreaksAlias, broken.BreaksAlias));
        // Five rows of small whole numbers: a few roundings.
        Assert.Equal(expected.Value, kept.Value, 1e-12);
        Assert.Equal(expected.StandardError, kept.StandardError, 1e-12);
        Assert.Equal(rankDeficient == RankDeficiency.MinimumNorm, double.IsNaN(broken.StandardError));
        Assert.False(double.IsNaN(broken.Value));
    }

    [Fact]
    public void With_a_ridge_the_standard_error_is_that_of_the_weights_and_the_leverage_that_of_the_hat_matrix()
    {
        const double Ridge = 50;
        ColumnTable data = RealData.Diabetes();
        var model = RegressionModel.Fit(data, "target", ["bmi", "bp", "s5"], new FitOptions { Ridge = Ridge });
        string[] names = ["bmi", "bp", "s5"];
        int n = data.RowCount;
        double[][] x = [.. names.Select(name => Enumerable.Range(0, n).Select(i => data[name][i].ToDouble()).ToArray())];
        double[] means = [.. x.Select(column => column.Average())];
        double[,] gram = new double[3, 3], penalized = new double[3, 3];
        for (int i = 0; i < 3; i++)
        {
            for (int j = 0; j < 3; j++)
            {
                gram[i, j] = x[i].Zip(x[j], (a, b) => (a - means[i]) * (b - means[j])).Sum();
                penalized[i, j] = gram[i, j] + (i == j ? Ridge : 0);
            }
        }

        double[] at = [30, 95, 4.5];
        double[] v = Solve(penalized, [.. at.Zip(means, (a, m) => a - m)]);
        double variance = 1.0 / n, leverage = 1.0 / n, trace = 1;
        for (int i = 0; i < 3; i++)
        {
            leverage += v[i] * (at[i] - means[i]);
            trace += Solve(penalized, [gram[0, i], gram[1, i], gram[2, i]])[i];
            for (int j = 0; j < 3; j++)
            {
                variance += v[i] * gram[i, j] * v[j];
            }
        }

        UncertainPrediction actual = model.PredictWithUncertainty(at);
        // The three columns have a condition number of about 100, so six digits fewer than 16 would be many.
        Assert.Equal(n - trace, model.ResidualDegreesOfFreedom, 1e-9);
        Assert.Equal(Math.Sqrt(model.ResidualSumOfSquares / (n - trace)), model.ResidualStandardError, 1e-9 * model.ResidualStandardError);
        Assert.Equal(leverage, actual.Leverage, 1e-9 * leverage);
        Assert.Equal(model.ResidualStandardError * Math.Sqrt(variance), actual.StandardError, 1e-9 * actual.StandardError);
    }

    [Fact]
    public void A_perfect_fit_without_degrees_of_freedom_has_a_value_and_no_limits()
    {
        ColumnTable data = new() { ["x"] = new[] { 1.0, 2 }, ["y"] = new[] { 3.0, 5 } };
        UncertainPrediction actual = RegressionModel.Fit(data, "y", ["x"]).PredictWithUncertainty([3.0]);
        Assert.Equal(7, actual.Value);
        Assert.True(double.IsNaN(actual.StandardError) && double.IsNaN(actual.ConfidenceLower) && double.IsNaN(actual.PredictionUpper));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    [InlineData(95)]
    public void A_level_that_is_none_is_refused(double level) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Models["origin"]().PredictWithUncertainty([1.0, 2, 3], level));

    [Fact]
    public void Predicting_allocates_nothing()
    {
        foreach (RegressionModel model in Models.Values.Select(make => make()))
        {
            double[] row = new double[model.Design.RowLength];
            Array.Fill(row, 1);
            Cell[] cells = [.. row.Select(value => (Cell)value)];
            for (int i = 0; i < model.Design.Columns.Length; i++)
            {
                cells[i] = model.Design.Columns[i].Kind == CellKind.Text ? model.Design.Columns[i].Levels[1] : cells[i];
            }

            Assert.True(model.PredictWithUncertainty(cells).Prediction.HasValue);
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 100; i++)
            {
                _ = model.Predict(row);
                _ = model.Predict(cells);
                _ = model.PredictWithUncertainty(row);
                _ = model.PredictWithUncertainty(cells);
            }

            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    /// <summary>Coverage of intervals over simulated samples: within four standard deviations of a binomial count, so one run in 16,000 fails by chance.</summary>
    [Law(MaxTest = 1)]
    public void Intervals_cover_as_often_as_they_say(Seed seed)
    {
        Random random = new(seed);
        int fits = Cases.AreMultiplied ? 10_000 : 1_000;
        foreach (double level in (double[])[0.8, 0.95])
        {
            int means = 0, observations = 0;
            for (int fit = 0; fit < fits; fit++)
            {
                const int Rows = 12;
                double[] x = [.. Enumerable.Range(0, Rows).Select(_ => random.NextDouble())];
                string[] group = [.. Enumerable.Range(0, Rows).Select(i => i % 3 == 0 ? "a" : "b")];
                double[] y = [.. Enumerable.Range(0, Rows).Select(i => 2 + (3 * x[i]) + (group[i] == "b" ? 1 : 0) + Normal(random))];
                var model = RegressionModel.Fit(new ColumnTable { ["x"] = x, ["g"] = group, ["y"] = y }, "y", ["x", "g"]);
                UncertainPrediction at = model.PredictWithUncertainty([0.3, "b"], level);
                const double Truth = 2 + (3 * 0.3) + 1;
                means += Truth >= at.ConfidenceLower && Truth <= at.ConfidenceUpper ? 1 : 0;
                double next = Truth + Normal(random);
                observations += next >= at.PredictionLower && next <= at.PredictionUpper ? 1 : 0;
            }

            TestContext.Current.TestOutputHelper?.WriteLine($"level {level}: of {fits} fits, the mean {means}, the next observation {observations}");
            double reach = 4 * Math.Sqrt(fits * level * (1 - level));
            Assert.InRange(means, (fits * level) - reach, (fits * level) + reach);
            Assert.InRange(observations, (fits * level) - reach, (fits * level) + reach);
        }
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    /// <summary>Cramer's rule.</summary>
    private static double[] Solve(double[,] a, double[] b)
    {
        double Determinant(double[,] m) =>
            (m[0, 0] * ((m[1, 1] * m[2, 2]) - (m[1, 2] * m[2, 1]))) - (m[0, 1] * ((m[1, 0] * m[2, 2]) - (m[1, 2] * m[2, 0]))) + (m[0, 2] * ((m[1, 0] * m[2, 1]) - (m[1, 1] * m[2, 0])));
        return [.. Enumerable.Range(0, 3).Select(j =>
        {
            double[,] with = (double[,])a.Clone();
            for (int i = 0; i < 3; i++)
            {
                with[i, j] = b[i];
            }

            return Determinant(with) / Determinant(a);
        })];
    }
}
