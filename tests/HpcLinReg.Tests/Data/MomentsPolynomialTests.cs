using System.Text.Json.Nodes;
using HpcLinReg.Data;
using HpcLinReg.Data.Sums;
using HpcLinReg.Statistics;

namespace HpcLinReg.Tests.Data;

/// <summary>Polynomials of moments, and what a plan decides by a scan of the rows.</summary>
public class MomentsPolynomialTests
{
    private static readonly MomentsRequest Request = new()
    {
        Columns = "x, z, city, y",
        Polynomials = new Dictionary<string, int> { ["x"] = 5, ["k"] = 3, ["ln(z + 3)"] = 2, ["z"] = 1 },
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null)]
    [InlineData("w")]
    public void Parts_with_polynomials_are_the_bytes_of_one_process_and_so_are_plans_of_scans(string? weights)
    {
        using TemporaryFolder folder = new();
        using var source = DataSource.OpenFile(MomentsPlanTests.Write(folder));
        MomentsRequest request = Request with { Weights = weights };
        MomentsFile whole = DataMoments.Run(source, request, cancellationToken: Token);
        Assert.Equal(["x", "z", "city[Rom]", "city[Zug]", "y", "k", "ln(z + 3)", "t(k)", "t(k)^2", "t(k)^3", "t(ln(z + 3))", "t(ln(z + 3))^2", "t(x)", "t(x)^2", "t(x)^3", "t(x)^4", "t(x)^5"], whole.Header.Names);
        string json = MomentsPlan.Create(source, request, 3, cancellationToken: Token).ToJson();
        var plan = MomentsPlan.FromJson(json);
        MomentsFile[] parts = [.. Enumerable.Range(0, 3).Select(k => plan.Sum(2 - k, cancellationToken: Token))];
        Assert.Equal(MomentsPlanTests.Bytes(whole), MomentsPlanTests.Bytes(MomentsFile.Merge(parts)));

        var draft = MomentsPlan.FromJson(MomentsPlan.CreateDraft(source, request, 3).ToJson());
        MomentsScan[] scans = [.. Enumerable.Range(0, 3).Select(k => MomentsScan.FromJson(draft.Scan(2 - k, cancellationToken: Token).ToJson()))];
        Assert.Equal(json, draft.Decide(scans).ToJson());
    }

    [Theory]
    [InlineData("y", "x, z", "x:5", 0)]
    [InlineData("y", "x, city", "x:3", 0)]
    [InlineData("y", "z, city", "k:2", 2.5)]
    [InlineData("y", null, "x:2", 0)]
    [InlineData("x", "z, y", "k:3", 0)]
    [InlineData("y", "x", "ln(z + 3):2", 0)]
    [InlineData("y", "k", "x:1", 0)]
    public void A_polynomial_of_moments_is_that_of_the_rows(string target, string? features, string polynomial, double ridge)
    {
        using TemporaryFolder folder = new();
        using var source = DataSource.OpenFile(MomentsPlanTests.Write(folder));
        MomentsFile file = DataMoments.Run(source, Request, cancellationToken: Token);
        string[] power = polynomial.Split(':');
        FitRequest request = new() { Target = target, Features = features, Ridge = ridge, Polynomials = new Dictionary<string, int> { [power[0]] = power[1][0] - '0' } };
        DataFitResult fit = MomentsFit.Run(file, request, "all.moments");
        using var rowsOf = DataSource.OpenSql($"SELECT x, z, city, y, k FROM read_parquet('{folder.Path("*.parquet")}') WHERE z IS NOT NULL");
        DataFitResult rows = DataFit.Run(rowsOf, request with { Features = features ?? "x, z, city, k, ln(z + 3)" }, cancellationToken: Token);
        Assert.Equal(rows.Terms, fit.Terms);
        for (int j = 0; j < rows.Terms.Length; j++)
        {
            // Both have ten digits or more, by their certificates.
            Close((rows.Powers?.Weights ?? [.. rows.Fit.Model.Weights])[j], (fit.Powers?.Weights ?? [.. fit.Fit.Model.Weights])[j]);
        }

        Close(rows.Fit.ResidualSumOfSquares, fit.Fit.ResidualSumOfSquares);
        Close(Summary.Of(rows.Model).Aic, Summary.Of(fit.Model).Aic);
        Assert.Equal(rows.Model.Variables.Where(variable => variable.Degree > 1), fit.Model.Variables.Where(variable => variable.Degree > 1));
        var again = RegressionModel.FromJson(fit.Model.ToJson());
        double[] row = [.. again.Design.Columns.Select(column => column.Kind == CellKind.Text ? 1.0 : column.Name == "z" ? 0.25 : 3)];
        Close(rows.Model.Predict(row).Value, again.Predict(row).Value);
    }

    [Fact]
    public void What_is_no_polynomial_of_the_moments_is_refused_with_the_remedy()
    {
        using TemporaryFolder folder = new();
        using var source = DataSource.OpenFile(MomentsPlanTests.Write(folder));
        MomentsFile file = DataMoments.Run(source, Request, cancellationToken: Token);
        Refused<DataException>("all.moments has no powers of 'x' up to 6, only up to 5; name the degree when the rows are summed (--polynomial x:6).", Powers("y", "x", 6));
        Refused<DataException>("no powers of 'z' up to 2, only the column itself", Powers("y", "z", 2));
        Refused<DataException>("all.moments has no 'q' for the polynomial; it has 'x', 'z', 'city', 'y', 'k', 'ln(z + 3)'.", Powers("y", "q", 2));
        Refused<UsageException>("The polynomial in 'x' is computed from the target 'x'", Powers("x", "x", 2));
        Refused<UsageException>("The polynomial in 'ln(z + 3)' is computed from the target 'z'", Powers("z", "ln(z + 3)", 2));
        Refused<UsageException>("leave out --no-intercept", Powers("y", "x", 2) with { Intercept = false });
        Assert.Contains("Terms of polynomials are summed in double-double; leave out --plain.", Assert.Throws<UsageException>(() => DataMoments.Run(source, Request with { Precision = MomentsPrecision.Plain }, cancellationToken: Token)).Message, StringComparison.Ordinal);
        Assert.Contains("text and has no powers", Assert.Throws<UsageException>(() => DataMoments.Run(source, new() { Polynomials = new Dictionary<string, int> { ["city"] = 2 } }, cancellationToken: Token)).Message, StringComparison.Ordinal);

        static FitRequest Powers(string target, string name, int degree) => new() { Target = target, Features = target == "y" ? "x" : "y", Polynomials = new Dictionary<string, int> { [name] = degree } };

        void Refused<T>(string message, FitRequest request)
            where T : Exception => Assert.Contains(message, Assert.Throws<T>(() => MomentsFit.Run(file, request, "all.moments")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_without_a_plan_has_polynomials_too_and_removals_keep_them()
    {
        using TemporaryFolder folder = new();
        string[] rows = [.. Enumerable.Range(0, 300).Select(i => FormattableString.Invariant($"{1000 + (i % 53)},{(i % 53 * (i % 53)) + (i % 7)}"))];
        MomentsRequest request = new() { Polynomials = new Dictionary<string, int> { ["x"] = 2 } };
        MomentsFile all = Sum("all.csv", rows), some = Sum("some.csv", rows[..106]);
        Close(1, Square(all), 1e-2);

        // Of the same range, so shift and scale are the same.
        MomentsMerge.Save(some, folder.Path("some.moments"));
        MomentsFile rest = MomentsMerge.Remove(all, folder.Path("some.moments"));
        Close(Square(Sum("rest.csv", rows[106..])), Square(rest), 1e-8);

        MomentsFile Sum(string name, string[] lines)
        {
            using var source = DataSource.OpenFile(folder.Write(name, "x,y\n" + string.Join('\n', lines) + "\n"));
            return DataMoments.Run(source, request, cancellationToken: Token);
        }

        static double Square(MomentsFile file) => MomentsFit.Run(file, new() { Target = "y", Polynomials = new Dictionary<string, int> { ["x"] = 2 } }, "f").Powers!.Weights[1];
    }

    [Fact]
    public void Scans_of_a_draft_are_of_each_of_its_parts_once()
    {
        using TemporaryFolder folder = new();
        using var source = DataSource.OpenFile(MomentsPlanTests.Write(folder));
        var draft = MomentsPlan.CreateDraft(source, Request, 3);
        MomentsScan[] scans = [.. Enumerable.Range(0, 3).Select(k => draft.Scan(k, cancellationToken: Token))];
        Refused<DataException>("There is no scan of part 0 and 1 others; scan every part of the draft.", () => draft.Decide([scans[1]]));
        Refused<DataException>("There are two scans of part 1; leave one out.", () => draft.Decide([scans[1], scans[0], scans[1]]));
        Refused<DataException>("The scan of part 0 is of another draft", () => MomentsPlan.CreateDraft(source, Request, 4).Decide(scans));
        Refused<UsageException>("The plan is a draft", () => draft.Sum(0, cancellationToken: Token));
        Refused<UsageException>("Neither texts nor polynomials are among the columns, so a plan needs no scan", () => MomentsPlan.CreateDraft(source, new() { Columns = "x, y" }, 2));
        MomentsPlan plan = draft.Decide(scans);
        Refused<UsageException>("The plan is complete and needs no scan", () => plan.Scan(0, cancellationToken: Token));
        Refused<UsageException>("The plan is complete and needs no scan", () => plan.Decide(scans));
        Refused<DataException>("it was changed after 'hpclinreg scan' wrote it", () => MomentsScan.FromJson(scans[0].ToJson().Replace("Zug", "Zuz", StringComparison.Ordinal)));
        Refused<DataException>("The scan is not a valid scan: it is no scan of version 1; 'hpclinreg scan' writes one.", () => MomentsScan.FromJson(draft.ToJson()));
        foreach ((string part, string other) in ((string, string)[])[("\"part\": 0", "\"part\": -1"), ("\"Zug\"", "7"), ("\"levels\": [", "\"levels\": [ null,"), ("\"ranges\": [", "\"ranges\": [ [ 1 ],"), ("\"ranges\": [", "\"ranges\": [ [ 2, 1 ],"), ("\"version\": 1,", "\"version\": 1, \"more\": 2,")])
        {
            string changed = scans[0].ToJson().Replace(part, other, StringComparison.Ordinal);
            Refused<DataException>("it is not as 'hpclinreg scan' writes it; scan the part again.", () => MomentsScan.FromJson(SealedJson.Write((JsonObject)JsonNode.Parse(changed)!)));
        }

        Refused<DataException>("There is no file nope.json for the scan; its full path would be", () => MomentsScan.Load("nope.json"));

        static void Refused<T>(string message, Action act)
            where T : Exception => Assert.Contains(message, Assert.Throws<T>(act).Message, StringComparison.Ordinal);
    }

    private static void Close(double expected, double actual, double relative = 1e-9) => Assert.Equal(expected, actual, relative * Math.Abs(expected));
}
