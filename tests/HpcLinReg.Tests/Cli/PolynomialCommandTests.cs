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
        string table = CommandLine.Run("fit", path, "--target", "y", "--polynomial", $"t:{degree}").Output;
        Assert.Contains($"│ t^{degree} ", table, StringComparison.Ordinal);
        Assert.Contains($"{degree + 1} of {degree + 1}", table, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_file_of_powers_is_refused_before_any_data_are_read_and_none_is_left()
    {
        string model = _folder.Path("model.json");
        string[] words = ["version 1 cannot hold a polynomial", "shift and scale", "Leave out --out"];
        CommandLine.AssertFails(2, words, "fit", _folder.Path("nosuch.csv"), "--target", "y", "--polynomial", "t:5", "--out", model);
        CommandLine.AssertFails(2, words, "fit", ReferenceData.PathOf("polynomials/year.csv"), "--target", "y", "--polynomial", "t:5", "--out", model);
        Assert.Empty(Directory.GetFiles(_folder.Path(".")));
        Assert.Equal(0, CommandLine.Run("fit", ReferenceData.PathOf("polynomials/year.csv"), "--target", "y", "--polynomial", "t:1", "--out", model).ExitCode);
        Assert.Equal(0, CommandLine.Run("predict", model, ReferenceData.PathOf("polynomials/year.csv")).ExitCode);
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
