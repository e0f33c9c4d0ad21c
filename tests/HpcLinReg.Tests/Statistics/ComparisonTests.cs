using HpcLinReg.Statistics;
using HpcLinReg.Tests.Models;

namespace HpcLinReg.Tests.Statistics;

/// <summary>Comparisons of models, and what is refused.</summary>
public class ComparisonTests
{
    /// <summary>The F of one feature more is that of its test in the larger model.</summary>
    [Fact]
    public void Nested_models_are_compared_by_F()
    {
        ColumnTable data = RealData.Diabetes();
        RegressionModel smaller = Loaded(RegressionModel.Fit(data, "target", ["bmi", "bp"])), larger = Loaded(RegressionModel.Fit(data, "target", ["bmi", "s5", "bp"]));
        var comparison = Comparison.Of(larger, smaller);
        FeatureTest test = Summary.Of(larger).Features[1];
        Assert.Null(comparison.WhyNoF);
        Assert.Same(smaller, comparison.Smaller.Model);
        Assert.Equal(1, comparison.FNumerator);
        Assert.Equal(test.F, comparison.F, 1e-10 * test.F);
        Assert.Equal(test.P, comparison.P, 1e-9 * test.P);
        Assert.Contains("F ", comparison.ToString(), StringComparison.Ordinal);
        Assert.All(comparison.ToString().Split('\n'), line => Assert.InRange(line.Length, 0, 79));
    }

    [Fact]
    public void A_polynomial_of_a_lower_degree_is_nested()
    {
        ColumnTable data = RealData.Diabetes();
        RegressionModel line = RegressionModel.Fit(data, "target", ["bmi"]), cubic = RegressionModel.Fit(data, "target", [Feature.Polynomial("bmi", 3)]);
        Assert.Equal(2, Comparison.Of(line, cubic).FNumerator);
        Assert.Null(Comparison.Of(RegressionModel.Fit(data, "target", [Feature.Polynomial("bmi", 2)]), cubic).WhyNoF);
    }

    [Fact]
    public void Models_that_are_not_nested_have_criteria_and_no_F()
    {
        ColumnTable data = RealData.Diabetes();
        RegressionModel one = RegressionModel.Fit(data, "target", ["bmi"]), other = RegressionModel.Fit(data, "target", ["bp", "s5"]);
        var comparison = Comparison.Of(one, other);
        Assert.Contains("not nested", comparison.WhyNoF, StringComparison.Ordinal);
        Assert.True(double.IsNaN(comparison.F));
        Assert.NotEqual(comparison.Smaller.Aic, comparison.Larger.Aic);

        // The same name for another expression is another feature.
        var sum = RegressionModel.Fit(data, "target", [Feature.Expression("bmi + bp").As("z")]);
        var product = RegressionModel.Fit(data, "target", [Feature.Expression("bmi * bp").As("z"), "s5"]);
        Assert.Contains("not nested", Comparison.Of(sum, product).WhyNoF, StringComparison.Ordinal);
        Assert.Contains("the same", Comparison.Of(one, one).WhyNoF, StringComparison.Ordinal);
        Assert.Contains("ridge", Comparison.Of(one, RegressionModel.Fit(data, "target", ["bmi", "bp"], new FitOptions { Ridge = 1 })).WhyNoF, StringComparison.Ordinal);
        Assert.Contains("not nested", Comparison.Of(one, RegressionModel.Fit(data, "target", ["bmi", "bp"], new FitOptions { Intercept = false })).WhyNoF, StringComparison.Ordinal);
    }

    [Fact]
    public void Models_of_other_rows_targets_or_weights_are_refused()
    {
        ColumnTable penguins = RealData.Penguins(), diabetes = RealData.Diabetes();
        RegressionModel length = RegressionModel.Fit(penguins, "mass", ["length"]), sex = RegressionModel.Fit(penguins, "mass", ["length", "sex"]);
        string other = Assert.Throws<ArgumentException>(() => Comparison.Of(length, sex)).Message;
        Assert.Contains("fitted on other rows (342 and 333 of them)", other, StringComparison.Ordinal);
        Assert.Contains("one target", Assert.Throws<ArgumentException>(() => Comparison.Of(length, RegressionModel.Fit(penguins, "depth", ["length"]))).Message, StringComparison.Ordinal);
        var weighted = RegressionModel.Fit(diabetes, "target", ["bmi"], null, "age");
        Assert.Contains("other weights", Assert.Throws<ArgumentException>(() => Comparison.Of(weighted, RegressionModel.Fit(diabetes, "target", ["bmi"]))).Message, StringComparison.Ordinal);
    }

    /// <summary>The same weights in another order have the same sums; they are other weights.</summary>
    [Theory]
    [InlineData(WeightKind.Precision)]
    [InlineData(WeightKind.Frequency)]
    public void Weights_in_another_order_are_refused(WeightKind kind)
    {
        double[] x = [.. Enumerable.Range(0, 12).Select(i => i * 5 % 7 / 2.0)], z = [.. Enumerable.Range(0, 12).Select(i => i * 3 % 5 / 2.0)], y = [.. x.Select((value, i) => value + (i % 3))];
        double[] v = [.. x.Select((_, i) => 1.0 + (i % 4))];
        ColumnTable data = new() { ["x"] = x, ["z"] = z, ["y"] = y, ["v"] = v, ["w"] = (double[])[.. v.Reverse()] };
        FitOptions options = new() { RowWeights = kind };
        RegressionModel one = RegressionModel.Fit(data, "y", ["x"], options, "v"), other = RegressionModel.Fit(data, "y", ["x", "z"], options, "w");
        Assert.Contains("other rows", Assert.Throws<ArgumentException>(() => Comparison.Of(one, other)).Message, StringComparison.Ordinal);
        Assert.True(Comparison.Of(one, RegressionModel.Fit(data, "y", ["x", "z"], options, "v")).F >= 0);
    }

    private static RegressionModel Loaded(RegressionModel model) => RegressionModel.FromJson(model.ToJson());
}
