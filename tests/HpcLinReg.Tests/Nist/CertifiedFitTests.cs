using System.Text.Json;

namespace HpcLinReg.Tests.Nist;

public class CertifiedFitTests
{
    /// <summary>
    /// The digits that plain normal equations on centred, scaled columns reach: 16 − 2·log₁₀κ, and no more than the stored doubles
    /// allow.
    /// </summary>
    [Theory]
    [InlineData("Norris", 11)]
    [InlineData("Longley", 11)]
    [InlineData("NoInt1", 14)]
    [InlineData("Wampler1", 6)]
    [InlineData("Wampler2", 8)]
    [InlineData("Wampler3", 6)]
    public void Certified_coefficients_are_reached(string name, double digits)
    {
        JsonElement set = ReferenceData.Reference("nist").GetProperty(name);
        var data = ReferenceData.Read($"nist/{name}.csv");
        bool intercept = set.GetProperty("intercept").GetBoolean();
        double[] x = data.Matrix(data.Names[1..]);
        int columns = data.Names.Length - 1;
        if (set.GetProperty("degree").ValueKind == JsonValueKind.Number && set.GetProperty("degree").GetInt32() is > 1 and var degree)
        {
            columns = degree;
            x = [.. x.SelectMany(value => Enumerable.Range(1, degree).Select(power => Math.Pow(value, power)))];
        }

        Fit fit = LinearRegression.Fit(new MatrixSpan<double>(x, columns), data.Column("y"), new FitOptions { Intercept = intercept });
        double[] certified = [.. set.GetProperty("parameters").EnumerateArray().Select(parameter => ReferenceData.Number(parameter, "exact"))];
        double[] actual = intercept ? [fit.Model.Intercept, .. fit.Model.Weights] : fit.Model.Weights.ToArray();
        double worst = certified.Zip(actual, ReferenceData.Digits).Min();
        Assert.True(worst >= digits, $"{name}: {worst:F1} digits in the worst coefficient, {digits} expected.");
        if (ReferenceData.Number(set, "residual_sd") > 0)
        {
            double[] errors = intercept ? [fit.InterceptStandardError, .. fit.StandardErrors] : [.. fit.StandardErrors];
            double least = set.GetProperty("parameters").EnumerateArray().Select(parameter => ReferenceData.Number(parameter, "exact_sd")).Zip(errors, ReferenceData.Digits).Min();
            Assert.True(least >= 8, $"{name}: {least:F1} digits in the worst standard error.");
            double[] sd = [ReferenceData.Digits(ReferenceData.Number(set, "residual_sd"), fit.ResidualStandardError), ReferenceData.Digits(ReferenceData.Number(set, "r_squared"), fit.RSquared)];
            Assert.True(sd.Min() >= 8, $"{name}: {sd[0]:F1} digits in the residual standard error, {sd[1]:F1} in R².");
        }
    }

    [Fact]
    public void Diabetes_is_fitted_to_nine_digits()
    {
        JsonElement set = Set("ols", "diabetes");
        (Fit fit, string[] terms) = FitSet(set, 0);
        AssertCoefficients(set.GetProperty("coefficients"), fit, terms, 9);
        AssertDigits(set, "rss", fit.ResidualSumOfSquares, 11);
        AssertDigits(set, "tss", fit.TotalSumOfSquares, 13);
        AssertDigits(set, "r_squared", fit.RSquared, 11);
        AssertDigits(set, "residual_se", fit.ResidualStandardError, 11);
    }

    [Fact]
    public void Penguins_are_fitted_to_ten_digits()
    {
        JsonElement set = Set("ols", "penguins");
        (Fit fit, string[] terms) = FitSet(set, 0);
        Assert.Equal(342, fit.RowCount);
        AssertCoefficients(set.GetProperty("coefficients"), fit, terms, 10);
        AssertDigits(set, "rss", fit.ResidualSumOfSquares, 11);
    }

    [Fact]
    public void Ridge_on_raw_columns_agrees_to_nine_digits()
    {
        JsonElement set = Set("ridge", "diabetes_ridge_raw");
        (Fit fit, string[] terms) = FitSet(set, 10);
        AssertCoefficients(set.GetProperty("coefficients"), fit, terms, 9);
        AssertDigits(set, "intercept_value", fit.Model.Intercept, 9);
    }

    [Fact]
    public void Ridge_on_standardized_columns_agrees_to_nine_digits()
    {
        JsonElement set = Set("ridge", "diabetes_ridge_standardised");
        (Fit fit, string[] terms) = FitSet(set, 10, standardize: true);
        AssertCoefficients(set.GetProperty("coefficients"), fit, terms, 9);
        AssertDigits(set, "intercept_value", fit.Model.Intercept, 11);
    }

    private static JsonElement Set(string kind, string id) =>
        ReferenceData.Reference("real").GetProperty(kind).EnumerateArray().Single(set => set.GetProperty("id").GetString() == id);

    private static (Fit Fit, string[] Terms) FitSet(JsonElement set, double ridge, bool standardize = false)
    {
        string[] terms = [.. set.GetProperty("predictors").EnumerateArray().Select(name => name.GetString()!)];
        string response = set.GetProperty("response").GetString()!;
        var data = ReferenceData.Read($"real/{set.GetProperty("file").GetString()}", [.. terms, response]);
        double[] x = data.Matrix(terms);
        for (int j = 0; standardize && j < terms.Length; j++)
        {
            double[] column = data.Column(terms[j]);
            double mean = column.Average();
            double deviation = Math.Sqrt(column.Average(value => (value - mean) * (value - mean)));
            for (int i = 0; i < column.Length; i++)
            {
                x[(i * terms.Length) + j] = (column[i] - mean) / deviation;
            }
        }

        return (LinearRegression.Fit(new MatrixSpan<double>(x, terms.Length), data.Column(response), new FitOptions { Ridge = ridge }), terms);
    }

    private static void AssertCoefficients(JsonElement coefficients, Fit fit, string[] terms, double digits)
    {
        foreach (JsonElement coefficient in coefficients.EnumerateArray())
        {
            string term = coefficient.GetProperty("term").GetString()!;
            double actual = term == "(Intercept)" ? fit.Model.Intercept : fit.Model.Weights[Array.IndexOf(terms, term)];
            AssertDigits(coefficient, "estimate", actual, digits, term);
            if (coefficient.TryGetProperty("se", out _))
            {
                double error = term == "(Intercept)" ? fit.InterceptStandardError : fit.StandardErrors[Array.IndexOf(terms, term)];
                AssertDigits(coefficient, "se", error, digits, "standard error of " + term);
            }
        }
    }

    private static void AssertDigits(JsonElement element, string member, double actual, double digits, string? what = null)
    {
        double reached = ReferenceData.Digits(ReferenceData.Number(element, member), actual);
        Assert.True(reached >= digits, $"{what ?? member}: {reached:F1} digits, {digits} expected ({actual:R}).");
    }
}
