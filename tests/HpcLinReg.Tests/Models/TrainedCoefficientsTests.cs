namespace HpcLinReg.Tests.Models;

public class TrainedCoefficientsTests
{
    private static Design TwoColumns => Design.Create([new ModelColumn("a", CellKind.Number), new ModelColumn("b", CellKind.Number)], ["a", "b"]);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_model_of_coefficients_predicts_is_saved_and_has_no_uncertainty(bool intercept)
    {
        var model = RegressionModel.Create(TwoColumns, "y", Coefficients(intercept, [2, -3]));
        var loaded = RegressionModel.FromJson(model.ToJson());
        foreach (RegressionModel each in (RegressionModel[])[model, loaded])
        {
            Assert.Equal((intercept ? 0.5 : 0) + 2 - 12, each.Predict([1.0, 4.0]).Value);
            UncertainPrediction uncertain = each.PredictWithUncertainty([1.0, 4.0]);
            Assert.Equal((each.Predict([1.0, 4.0]).Value, double.NaN, double.NaN), (uncertain.Value, uncertain.StandardError, uncertain.PredictionUpper));
            Assert.Contains("fit it in closed form", each.UncertaintyNote, StringComparison.Ordinal);
            Assert.Null(each.Certificate);
            Assert.Equal((20, 30, 4, 100), (each.RowCount, each.TotalWeight, each.ResidualSumOfSquares, each.TotalSumOfSquares));
            Assert.Equal((0.25, intercept), (each.Ridge, each.HasIntercept));
        }

        Assert.Equal(model.ToJson(), loaded.ToJson());
        Assert.DoesNotContain("factor", model.ToJson(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_not_fit_the_design_is_refused()
    {
        Assert.Contains("3 features", Assert.Throws<ArgumentException>(() => RegressionModel.Create(TwoColumns, "y", Coefficients(true, [1, 2, 3]))).Message, StringComparison.Ordinal);
        var weightless = new TrainedCoefficients { Model = new LinearModel([1, 2], 0), RowCount = 3, TotalWeight = 0 };
        Assert.Contains("weight", Assert.Throws<ArgumentException>(() => RegressionModel.Create(TwoColumns, "y", weightless)).Message, StringComparison.Ordinal);
        var polynomial = Design.Create([new ModelColumn("a", CellKind.Number)], [Feature.Polynomial("a", 2)]);
        Assert.Contains("polynomial", Assert.Throws<ArgumentException>(() => RegressionModel.Create(polynomial, "y", Coefficients(true, [1]))).Message, StringComparison.Ordinal);
    }

    /// <summary>Only a file that says it has no standard errors may leave the factor out.</summary>
    [Fact]
    public void A_file_without_factor_says_that_it_knows_no_standard_errors()
    {
        string json = RegressionModel.Create(TwoColumns, "y", Coefficients(true, [2, -3])).ToJson();
        string claims = string.Join('\n', json.Replace("\"known\": false", "\"known\": true", StringComparison.Ordinal).Split('\n').Where(line => !line.Contains("fingerprint", StringComparison.Ordinal)));
        Assert.Contains("uncertainty", Assert.Throws<InvalidDataException>(() => RegressionModel.FromJson(claims)).Message, StringComparison.Ordinal);
    }

    private static TrainedCoefficients Coefficients(bool intercept, double[] weights) => new()
    {
        Model = new LinearModel(weights, intercept ? 0.5 : 0),
        HasIntercept = intercept,
        Ridge = 0.25,
        RowCount = 20,
        TotalWeight = 30,
        ResidualSumOfSquares = 4,
        TotalSumOfSquares = 100,
    };
}
