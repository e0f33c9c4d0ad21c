using System.Text.Json;
using HpcLinReg.Tests.Architecture;
using HpcLinReg.Tests.Data;
using HpcLinReg.Tests.Nist;

namespace HpcLinReg.Tests.Cli;

public sealed class FitCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Without_a_file_the_built_in_data_are_fitted()
    {
        Outcome table = CommandLine.Run("fit");
        Assert.Equal((0, ""), (table.ExitCode, table.Error));
        Assert.All(["built-in Longley", "(Intercept)", "-3482259 ", "x6", "1829.2", "0.995479", "9 degrees of freedom", "330.285", "4.98e-10"], text => Assert.Contains(text, table.Output, StringComparison.Ordinal));
        AssertLongley(CommandLine.Run("fit", "--json"));
        string readme = Repository.Read("README.md");
        Assert.All(table.Output.TrimEnd().Split('\n'), line => Assert.Contains(line.TrimEnd() + "\n", readme, StringComparison.Ordinal));
    }

    [Fact]
    public void A_named_column_that_is_text_because_of_a_cell_enters_as_text_with_a_warning()
    {
        string path = _folder.Write("typo.csv", "a,b,y\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"{i % 7},{(i == 5 ? "oops" : i % 4)},{i}\n")));
        Outcome named = CommandLine.Run("fit", path, "--target", "y", "--features", "a, b");
        Assert.Equal(0, named.ExitCode);
        Assert.Contains("'b' enters as text, with 5 levels, because of \"oops\" in row 6", named.Error, StringComparison.Ordinal);
        Assert.Contains("'b' is left out: it is text because of \"oops\" in row 6", CommandLine.Run("fit", path, "--target", "y").Error, StringComparison.Ordinal);
    }

    /// <summary>Two columns a billionth apart, whose weights of two billion cancel: of residuals of 1e-6, rows have nine digits and moments none.</summary>
    [Fact]
    public void What_cannot_be_known_of_residuals_is_not_given_and_the_remedy_is_named()
    {
        string path = _folder.Write("near.csv", "a,b,y\n" + string.Concat(Enumerable.Range(0, 40).Select(i =>
            FormattableString.Invariant($"{i},{i + (i * i % 23 * 1e-9):R},{7 + (3 * i) - (2 * (i * i % 23))}\n"))));
        Outcome table = CommandLine.Run("fit", path, "--target", "y", "--verbose");
        string text = string.Join(' ', table.Output.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("Residual sum of squares too small to be known", text, StringComparison.Ordinal);
        Assert.Contains("standard errors are not given: residuals are too small beside the target to be known", text, StringComparison.Ordinal);
        Assert.Contains("(beside the target; of their own, (Intercept) 8)", text, StringComparison.Ordinal);
        Assert.Contains("Parquet, or a query with ORDER BY", table.Error, StringComparison.Ordinal);
        JsonElement json = CommandLine.Run("fit", path, "--target", "y", "--json").Json;
        Assert.Equal(JsonValueKind.Null, json.GetProperty("residualSumOfSquares").ValueKind);
        Assert.All(json.GetProperty("coefficients").EnumerateArray(), coefficient => Assert.Equal(JsonValueKind.Null, coefficient.GetProperty("standardError").ValueKind));

        json = CommandLine.Run("fit", "--sql", $"SELECT * FROM '{path}' ORDER BY a", "--target", "y", "--json").Json;
        Assert.Equal(42.687828, json.GetProperty("coefficients")[2].GetProperty("standardError").GetDouble(), 1e-6);
        Assert.Equal(8.53374e-11, json.GetProperty("residualSumOfSquares").GetDouble(), 1e-16);
    }

    [Fact]
    public void Longley_from_a_file_agrees_with_the_certified_answer() =>
        AssertLongley(CommandLine.Run("fit", ReferenceData.PathOf("nist/Longley.csv"), "--target", "y", "--json"));

    [Fact]
    public void Json_has_the_members_promised_in_order()
    {
        JsonElement json = CommandLine.Run("fit", "--json").Json;
        Assert.Equal(
            ["source", "rows", "rowsDropped", "coefficients", "residualSumOfSquares", "rSquared", "residualStandardError", "reciprocalCondition", "rank", "aliased", "certificate",
                "residualDegreesOfFreedom", "adjustedRSquared", "level", "degreesOfFreedom", "f", "fNumerator", "fP", "logLikelihood", "aic", "bic", "features", "notes"],
            json.EnumerateObject().Select(member => member.Name));
        Assert.Equal(
            ["(Intercept)", "x1", "x2", "x3", "x4", "x5", "x6"],
            json.GetProperty("coefficients").EnumerateArray().Select(coefficient => coefficient.GetProperty("term").GetString()));
        Assert.Equal((16, 0, 7), (json.GetProperty("rows").GetInt32(), json.GetProperty("rowsDropped").GetInt32(), json.GetProperty("rank").GetInt32()));
        Assert.Equal(836424.05550391, json.GetProperty("residualSumOfSquares").GetDouble(), 1e-3);
        Assert.Equal(304.854073561965, json.GetProperty("residualStandardError").GetDouble(), 1e-7);
        Assert.Equal(1 / 110.5, json.GetProperty("reciprocalCondition").GetDouble(), 1e-4);
        Assert.Equal(
            ["term", "estimate", "standardError", "errorBound", "t", "p", "lower", "upper"],
            json.GetProperty("coefficients")[0].EnumerateObject().Select(member => member.Name));
        Assert.Equal(
            ["rung", "reason", "rank", "reciprocalCondition", "digits", "refinementSteps", "aliased", "cause", "rankIsCertain", "standardErrorDigits"],
            json.GetProperty("certificate").EnumerateObject().Select(member => member.Name));
    }

    [Fact]
    public void Parquet_and_csv_agree_within_their_bounds_and_each_repeats_its_bits()
    {
        string csv = ReferenceData.PathOf("real/diabetes.csv");
        string parquet = _folder.Copy("diabetes.parquet", $"SELECT * FROM read_csv('{csv}')");
        Outcome fromParquet = CommandLine.Run("fit", parquet, "--target", "target", "--json");
        Outcome fromCsv = CommandLine.Run("fit", csv, "--target", "target", "--json");
        Assert.Equal(CommandLine.Run("fit", parquet, "--target", "target", "--json").Output, fromParquet.Output);
        Assert.Equal(CommandLine.Run("fit", csv, "--target", "target", "--json").Output, fromCsv.Output);
        foreach ((JsonElement one, JsonElement other) in fromCsv.Json.GetProperty("coefficients").EnumerateArray().Zip(fromParquet.Json.GetProperty("coefficients").EnumerateArray()))
        {
            double bound = one.GetProperty("errorBound").GetDouble() + other.GetProperty("errorBound").GetDouble();
            Assert.InRange(Math.Abs(one.GetProperty("estimate").GetDouble() - other.GetProperty("estimate").GetDouble()), 0, bound);
        }

        // What a text costs to parse pays for twice the precision; Parquet is read again when digits are asked for.
        Assert.Equal(15.95, fromCsv.Json.GetProperty("certificate").GetProperty("digits").GetDouble(), 0.01);
        JsonElement most = CommandLine.Run("fit", parquet, "--target", "target", "--digits", "max", "--json").Json;
        Assert.Equal(15.95, most.GetProperty("certificate").GetProperty("digits").GetDouble(), 0.01);
        JsonElement set = ReferenceData.Reference("real").GetProperty("ols")[0];
        AssertCoefficients(set, fromParquet.Estimates, 9);
    }

    [Fact]
    public void Penguins_with_quoted_headers_and_species_agree_with_the_reference()
    {
        JsonElement set = ReferenceData.Reference("real").GetProperty("ols").EnumerateArray().Single(entry => entry.GetProperty("id").GetString() == "penguins_species");
        Outcome outcome = CommandLine.Run(
            "fit", ReferenceData.PathOf("real/penguins.csv"), "--target", "Body Mass (g)", "--json",
            "--features", "Beak Length (mm), Beak Depth (mm), Flipper Length (mm), Species");
        Assert.Equal((342, 2), (outcome.Json.GetProperty("rows").GetInt32(), outcome.Json.GetProperty("rowsDropped").GetInt32()));
        Assert.Contains("2 rows", outcome.Error, StringComparison.Ordinal);
        AssertCoefficients(set, outcome.Estimates, 10);
        string table = CommandLine.Run("fit", ReferenceData.PathOf("real/penguins.csv"), "--target", "Body Mass (g)", "--features", "Species").Output;
        Assert.Contains("Species[Gentoo]", table, StringComparison.Ordinal);
    }

    [Fact]
    public void Expressions_ridge_no_intercept_and_sql_are_answered()
    {
        string path = _folder.Write("p.csv", "a,b,y\n1,2,5\n2,1,4\n3,5,19\n4,4,21\n");
        Outcome product = CommandLine.Run("fit", path, "--target", "y", "--features", "a*b AS ab, a", "--json");
        Assert.Equal(["(Intercept)", "ab", "a"], product.Estimates.Keys);
        Outcome origin = CommandLine.Run("fit", path, "--target", "y", "--features", "a", "--no-intercept", "--json");
        Assert.Equal(["a"], origin.Estimates.Keys);
        Assert.Equal(154.0 / 30, origin.Estimates["a"]!.Value, 1e-14);
        Outcome ridge = CommandLine.Run("fit", "--sql", $"SELECT a, y FROM '{path}' ORDER BY a", "--target", "y", "--ridge", "5", "--json");
        Assert.Equal(6.3 * 5 / 10, ridge.Estimates["a"]!.Value, 1e-14);

        // The variance of 1, 2, 3, 4 is 5/4.
        Outcome standardized = CommandLine.Run("fit", path, "--target", "y", "--features", "a", "--ridge", "5", "--standardize-ridge");
        Assert.Contains($"{6.3 * 5 / 11.25:0.0}", standardized.Output, StringComparison.Ordinal);
        Assert.Contains("columns divided by their standard deviations", standardized.Output, StringComparison.Ordinal);
        CommandLine.AssertFails(2, ["--standardize-ridge", "--ridge"], ["fit", path, "--target", "y", "--standardize-ridge"]);
        Assert.Equal("", ridge.Error);
        Assert.Contains("ORDER BY", CommandLine.Run("fit", "--sql", $"SELECT a, y FROM '{path}'", "--target", "y").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_aliased_term_keeps_its_place_and_is_explained()
    {
        string path = _folder.Write("alias.csv", "x1,x2,x3,y\n1,2,0,1\n2,1,3,3\n3,5,1,2\n4,4,4,7\n5,1,9,6\n");
        Outcome outcome = CommandLine.Run("fit", path, "--target", "y", "--json");
        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal(["(Intercept)", "x1", "x2", "x3"], outcome.Estimates.Keys);
        Assert.Null(outcome.Estimates["x3"]);
        Assert.Equal(3, outcome.Json.GetProperty("rank").GetInt32());
        Assert.Equal("""[{"term":"x3","equals":"2*x1 - x2"}]""", outcome.Json.GetProperty("aliased").GetRawText());
        Assert.Contains("x3 = 2*x1 - x2", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("aliased", CommandLine.Run("fit", path, "--target", "y").Output, StringComparison.Ordinal);
        CommandLine.AssertFails(1, ["x3 = 2*x1 - x2"], "fit", path, "--target", "y", "--rank-deficient", "error");
    }

    [Fact]
    public void Equal_and_constant_columns_and_too_few_rows_are_warned_of()
    {
        string equal = _folder.Write("equal.csv", "u,v,c,y\n1,1,7,1\n2,2,7,3\n3,3,7,2\n4,4,7,5\n");
        Outcome outcome = CommandLine.Run("fit", equal, "--target", "y", "--json");
        Assert.Contains("v = u", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("c = 7", outcome.Error, StringComparison.Ordinal);
        string few = _folder.Write("few.csv", "a,b,c,y\n1,2,3,4\n2,5,1,3\n");
        Outcome tooFew = CommandLine.Run("fit", few, "--target", "y", "--json");
        Assert.Contains("2 rows cannot determine 4 coefficients", tooFew.Error, StringComparison.Ordinal);
        Assert.Equal((0, 2), (tooFew.ExitCode, tooFew.Json.GetProperty("rank").GetInt32()));
        Assert.Equal(JsonValueKind.Null, tooFew.Json.GetProperty("residualStandardError").ValueKind);
    }

    private static void AssertLongley(Outcome outcome)
    {
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        JsonElement[] parameters = [.. ReferenceData.Reference("nist").GetProperty("Longley").GetProperty("parameters").EnumerateArray()];
        double[] digits = [.. parameters.Zip(outcome.Estimates.Values, (parameter, estimate) => ReferenceData.Digits(ReferenceData.Number(parameter, "exact"), estimate!.Value))];
        Assert.Equal(7, digits.Length);
        Assert.InRange(digits.Min(), 11, 15);
    }

    private static void AssertCoefficients(JsonElement set, Dictionary<string, double?> estimates, double digits)
    {
        foreach (JsonElement coefficient in set.GetProperty("coefficients").EnumerateArray())
        {
            string term = coefficient.GetProperty("term").GetString()!;
            Assert.InRange(ReferenceData.Digits(ReferenceData.Number(coefficient, "estimate"), estimates[term]!.Value), digits, 15);
        }
    }
}
