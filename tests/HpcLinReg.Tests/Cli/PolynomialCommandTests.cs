using System.Globalization;
using System.Text.Json;
using HpcLinReg.Tests.Data;
using HpcLinReg.Tests.Nist;
using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Cli;

public sealed class PolynomialCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Raw powers of years and of seconds since 1970, against fractions: they are right to 14 digits, though nobody can evaluate them.</summary>
    [Theory]
    [InlineData("year", 5)]
    [InlineData("year", 9)]
    [InlineData("day", 4)]
    public void Fit_shows_the_exact_coefficients_of_raw_powers(string name, int degree)
    {
        string path = ReferenceData.PathOf($"polynomials/{name}.csv");
        double[][] rows = ReferenceData.Read($"polynomials/{name}.csv").Rows;
        var powers = new Rational[rows.Length, degree];
        for (int i = 0; i < rows.Length; i++)
        {
            for (int j = 0; j < degree; j++)
            {
                powers[i, j] = (j == 0 ? Rational.One : powers[i, j - 1]) * Rational.From(rows[i][0]);
            }
        }

        var exact = new ExactLeastSquares(powers, [.. rows.Select(row => Rational.From(row[1]))]);
        Outcome outcome = CommandLine.Run("fit", path, "--target", "y", "--polynomial", $"t:{degree}", "--json");
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        Assert.Equal(["(Intercept)", "t", .. Enumerable.Range(2, degree - 1).Select(power => $"t^{power}")], outcome.Estimates.Keys);
        JsonElement[] coefficients = [.. outcome.Json.GetProperty("coefficients").EnumerateArray()];
        Rational[] expected = [exact.Intercept, .. exact.Coefficients];
        Rational degrees = rows.Length - degree - 1;
        Rational[] squaredErrors = [exact.SquaredInterceptStandardError(degrees), .. Enumerable.Range(0, degree).Select(j => exact.SquaredStandardError(j, degrees))];
        for (int j = 0; j <= degree; j++)
        {
            Assert.InRange(expected[j].RelativeError(coefficients[j].GetProperty("estimate").GetDouble()), 0, 1e-14);
            Assert.InRange(squaredErrors[j].RelativeErrorOfRoot(coefficients[j].GetProperty("standardError").GetDouble()), 0, 1e-9);
            Assert.InRange(Accuracy.Error(expected[j], coefficients[j].GetProperty("estimate").GetDouble()), 0, coefficients[j].GetProperty("errorBound").GetDouble());
        }

        Assert.InRange(exact.ResidualSumOfSquares.RelativeError(outcome.Json.GetProperty("residualSumOfSquares").GetDouble()), 0, 1e-12);
        Assert.InRange(outcome.Json.GetProperty("certificate").GetProperty("digits").GetDouble(), 14, 16);
        string table = CommandLine.Run("fit", path, "--target", "y", "--polynomial", $"t:{degree}", "--verbose").Output;
        Assert.Contains($"\nt^{degree} ", table, StringComparison.Ordinal);
        Assert.Contains($"{degree + 1} of {degree + 1}", table, StringComparison.Ordinal);
    }

    /// <summary>The exact predictions of the first three rows, in rational arithmetic; powers of the column as it is gave 332 for 0.9 and 0, 0, 0 for a day.</summary>
    [Theory]
    [InlineData("day", 4, 4.425473616355293, 4.074331791015093, 3.7663773896719817)]
    [InlineData("day", 6, 3.315678853091124, 3.2373548993964096, 3.1693982758644395)]
    [InlineData("year", 5, 0.8457889822080232, 0.7596572412846833, 0.6826410424738149)]
    [InlineData("year", 9, 0.670530222498343, 0.6296566684240009, 0.6069959155655617)]
    public void A_stored_polynomial_predicts_what_was_fitted(string data, int degree, params double[] exact)
    {
        string path = ReferenceData.PathOf($"polynomials/{data}.csv"), model = _folder.Path("model.json");
        Assert.Equal(0, CommandLine.Run("fit", path, "--target", "y", "--polynomial", $"t:{degree}", "--out", model).ExitCode);
        string[] lines = CommandLine.Run("predict", model, path, "--interval", "confidence").Output.Split('\n');
        Assert.Equal("t,y,prediction,lower,upper", lines[0]);
        for (int i = 0; i < exact.Length; i++)
        {
            double[] cells = [.. lines[i + 1].Split(',').Select(cell => double.Parse(cell, CultureInfo.InvariantCulture))];
            // Terms within ±1 times weights of up to 100: a few roundings of their sum.
            Assert.Equal(exact[i], cells[2], 1e-13);
            Assert.True(cells[3] < cells[2] && cells[2] < cells[4]);
        }
    }

    [Fact]
    public void A_model_file_of_powers_from_an_earlier_version_does_not_predict() => CommandLine.AssertFails(
        1, ["holds powers of 't'", "fit again"], "predict", ReferenceData.PathOf("polynomials/year5-version1.json"), ReferenceData.PathOf("polynomials/year.csv"));

    [Fact]
    public void Powers_beyond_the_range_are_refused_without_output()
    {
        string path = _folder.Write("far.csv", "x,y\n" + string.Concat(Enumerable.Range(0, 9).Select(i => FormattableString.Invariant($"{i - 4}e200,{i * i % 5}\n"))));
        CommandLine.AssertFails(1, ["lower degree"], "fit", path, "--target", "y", "--polynomial", "x:2");
    }
}
