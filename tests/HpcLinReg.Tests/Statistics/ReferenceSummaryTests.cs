using System.Globalization;
using System.Text.Json;
using HpcLinReg.Data;
using HpcLinReg.Statistics;
using HpcLinReg.Tests.Data;

namespace HpcLinReg.Tests.Statistics;

/// <summary>Every number of the reference fits of real data, which were computed in 50-digit arithmetic.</summary>
public class ReferenceSummaryTests
{
    /// <summary>A double shows 15.95 digits; the reference says how many the cells as doubles leave, and a computation may lose one.</summary>
    private const double MostDigits = 15.95 - 1;

    /// <summary>p multiplies the relative error of t by up to t², which is 50 to 400 here, and the distributions have 12 digits.</summary>
    private const double Inferred = 1e-12;

    [Theory]
    [InlineData("diabetes")]
    [InlineData("penguins")]
    [InlineData("penguins_species")]
    public void Every_number_of_an_ordinary_fit_is_right(string id)
    {
        JsonElement expected = Find("ols", id);
        DataFitResult result = Fit(expected, 0);
        var summary = Summary.Of(result.Model);
        JsonElement digits = expected.GetProperty("digits_if_cells_are_doubles");
        double estimates = Bound(Number(digits, "estimates")), errors = Bound(Number(digits, "se"));
        JsonElement[] coefficients = [.. expected.GetProperty("coefficients").EnumerateArray()];
        Assert.Equal(coefficients.Select(coefficient => coefficient.GetProperty("term").GetString()), summary.Coefficients.Select(coefficient => coefficient.Term));
        foreach ((JsonElement right, SummaryCoefficient found) in coefficients.Zip(summary.Coefficients))
        {
            AssertNear(right, "estimate", found.Estimate, estimates);
            AssertNear(right, "se", found.StandardError, errors);
            AssertNear(right, "t", found.T, 2 * (estimates + errors));
            AssertNear(right, "p_value", found.P, Inferred);
            Assert.Equal(Math.Log(Number(right, "p_value")), found.LogP, 1e-12);
        }

        Assert.Equal(Number(expected, "df_residual"), summary.ResidualDegreesOfFreedom);
        Assert.Equal(Number(expected, "df_model"), summary.FNumerator);
        AssertNear(expected, "rss", result.Model.ResidualSumOfSquares, errors);
        AssertNear(expected, "tss", result.Model.TotalSumOfSquares, errors);
        AssertNear(expected, "residual_se", summary.ResidualStandardError, errors);
        AssertNear(expected, "r_squared", summary.RSquared, errors);
        AssertNear(expected, "adj_r_squared", summary.AdjustedRSquared, errors);
        AssertNear(expected, "f", summary.F, 10 * errors);
        AssertNear(expected, "f_p_value", summary.FP, Inferred);
        AssertNear(expected, "log_likelihood", summary.LogLikelihood, errors);
        AssertNear(expected, "aic", summary.Aic, errors);
        AssertNear(expected, "bic", summary.Bic, errors);
        Assert.Equal(summary.ToString(), Summary.Of(RegressionModel.FromJson(result.Model.ToJson())).ToString());
    }

    [Fact]
    public void Every_number_of_a_ridge_fit_is_right()
    {
        JsonElement expected = Find("ridge", "diabetes_ridge_raw");
        var summary = Summary.Of(Fit(expected, Number(expected, "lambda")).Model);
        AssertNear(expected, "intercept_value", summary.Coefficients[0].Estimate, Bound(14.66));
        foreach ((JsonElement right, SummaryCoefficient found) in expected.GetProperty("coefficients").EnumerateArray().Zip(summary.Coefficients.Skip(1)))
        {
            AssertNear(right, "estimate", found.Estimate, Bound(14.66));
        }
    }

    /// <summary>The reference scales with 1/n; a standardized column is an expression with its mean and deviation, which are computed here in double.</summary>
    [Fact]
    public void Every_number_of_a_standardized_ridge_fit_is_right()
    {
        JsonElement expected = Find("ridge", "diabetes_ridge_standardised");
        ColumnTable raw = Models.RealData.Diabetes(), scaled = new();
        string[] names = [.. expected.GetProperty("predictors").EnumerateArray().Select(name => name.GetString()!)];
        double[] deviations = new double[names.Length];
        for (int j = 0; j < names.Length; j++)
        {
            decimal[] column = [.. Enumerable.Range(0, raw.RowCount).Select(i => (decimal)raw[names[j]][i].ToDouble())];
            decimal mean = column.Sum() / column.Length;
            deviations[j] = Math.Sqrt((double)(column.Sum(value => (value - mean) * (value - mean)) / column.Length));
            scaled[names[j]] = column.Select(value => (double)(value - mean) / deviations[j]).ToArray();
        }

        scaled["target"] = Enumerable.Range(0, raw.RowCount).Select(i => raw["target"][i].ToDouble()).ToArray();
        var model = RegressionModel.Fit(scaled, "target", [.. names.Select(Feature.Column)], new FitOptions { Ridge = Number(expected, "lambda"), Digits = FitOptions.MaxDigits });
        var summary = Summary.Of(model);
        AssertNear(expected, "intercept_value", summary.Coefficients[0].Estimate, Bound(14.66));
        JsonElement[] right = [.. expected.GetProperty("coefficients").EnumerateArray()], ofRaw = [.. expected.GetProperty("coefficients_raw_scale").EnumerateArray()];
        for (int j = 0; j < names.Length; j++)
        {
            // Standardizing rounds each cell once more.
            AssertNear(right[j], "estimate", summary.Coefficients[j + 1].Estimate, 10 * Bound(14.66));
            AssertNear(ofRaw[j], "estimate", summary.Coefficients[j + 1].Estimate / deviations[j], 10 * Bound(14.66));
        }
    }

    private static DataFitResult Fit(JsonElement expected, double ridge)
    {
        IEnumerable<JsonElement> names = expected.GetProperty("predictors").EnumerateArray();
        if (expected.TryGetProperty("categorical", out JsonElement texts))
        {
            names = names.Concat(texts.EnumerateArray());
        }

        return Fitting.Run(Path.Combine(AppContext.BaseDirectory, "TestData", "real", expected.GetProperty("file").GetString()!), new FitRequest
        {
            Target = expected.GetProperty("response").GetString()!,
            Features = string.Join(", ", names.Select(name => $"\"{name.GetString()}\"")),
            Ridge = ridge,
            Digits = FitOptions.MaxDigits,
        });
    }

    private static JsonElement Find(string kind, string id) =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "TestData", "real", "reference.json"))).RootElement
            .GetProperty(kind).EnumerateArray().Single(one => one.GetProperty("id").GetString() == id);

    private static double Bound(double digits) => Math.Pow(10, -Math.Min(digits - 1, MostDigits));

    private static double Number(JsonElement element, string name) => element.GetProperty(name) is { ValueKind: JsonValueKind.String } text
        ? double.Parse(text.GetString()!, CultureInfo.InvariantCulture) : element.GetProperty(name).GetDouble();

    private static void AssertNear(JsonElement element, string name, double actual, double bound)
    {
        double expected = Number(element, name);
        Assert.True(Math.Abs(actual - expected) <= bound * Math.Abs(expected), $"{name} is {actual:R} instead of {expected:R}, beyond {bound:E1}");
    }
}
