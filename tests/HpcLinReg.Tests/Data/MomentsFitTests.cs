using HpcLinReg.Data;
using HpcLinReg.Statistics;

namespace HpcLinReg.Tests.Data;

public class MomentsFitTests
{
    private const string Columns = "x, z, city, flag, k, y, ln(z + 3) AS lz, x:city";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("y", "x, z, city, flag", true, 0)]
    [InlineData("y", "x, z, lz", true, 2.5)]
    [InlineData("z", "y, k, flag", true, 0)]
    [InlineData("flag", "x, z, y", false, 0)]
    [InlineData("y", "x, city, x:city", true, 1)]
    [InlineData("x", null, true, 0)]
    public void A_fit_of_moments_is_that_of_the_rows(string target, string? features, bool intercept, double ridge)
    {
        using TemporaryFolder folder = new();
        using var source = DataSource.OpenFile(MomentsPlanTests.Write(folder));
        MomentsFile file = DataMoments.Run(source, new() { Columns = Columns }, cancellationToken: Token);
        FitRequest request = new() { Target = target, Features = features, Intercept = intercept, Ridge = ridge };
        DataFitResult fit = MomentsFit.Run(file, request, "all.moments");

        // Rows without z are left out of the moments; the same rows are fitted from the files.
        DataFitResult rows = DataFit.Run(DataSource.OpenSql($"SELECT * FROM read_parquet('{folder.Path("*.parquet")}', filename = false) WHERE z IS NOT NULL"), request with { Features = (features ?? "z, city, flag, k, y, lz").Replace("lz", "ln(z + 3) AS lz", StringComparison.Ordinal) }, cancellationToken: Token);
        Assert.Equal(rows.Terms, fit.Terms);
        Assert.Equal((rows.Fit.RowCount, rows.Fit.Rank, rows.Target), (fit.Fit.RowCount, fit.Fit.Rank, fit.Target));
        for (int j = 0; j < rows.Terms.Length; j++)
        {
            // Both have ten digits or more, by their certificates.
            Close(rows.Fit.Model.Weights[j], fit.Fit.Model.Weights[j], 1e-9);
            Close(rows.Fit.StandardErrors[j], fit.Fit.StandardErrors[j], 1e-9);
        }

        Close(rows.Fit.Model.Intercept, fit.Fit.Model.Intercept, 1e-9);
        Close(Summary.Of(rows.Model).Aic, Summary.Of(fit.Model).Aic, 1e-9);
        Assert.Equal(rows.Model.Design.Columns.Select(column => (column.Name, column.Kind, column.Least, column.Most)), fit.Model.Design.Columns.Select(column => (column.Name, column.Kind, column.Least, column.Most)));
        Assert.Equal(352, fit.RowsDropped);
        Assert.Equal([("z", 352L)], fit.MissingByColumn.Where(count => count.Column == "z").Select(count => (count.Column, count.Rows)));
        Assert.Equal(features is not null && !features.Contains('z', StringComparison.Ordinal) && target != "z", fit.Warnings.Any(warning => warning.Contains("rows without 'z'", StringComparison.Ordinal)));
        Assert.Equal(fit.Model.ToJson(), RegressionModel.FromJson(fit.Model.ToJson()).ToJson());
    }

    [Fact]
    public void Weights_that_were_summed_are_those_of_the_fit()
    {
        using TemporaryFolder folder = new();
        string glob = MomentsPlanTests.Write(folder);
        using var source = DataSource.OpenFile(glob);
        foreach (WeightKind kind in Enum.GetValues<WeightKind>())
        {
            DataFitResult fit = MomentsFit.Run(DataMoments.Run(source, new() { Columns = "x, k, y", Weights = "w", WeightKind = kind }, cancellationToken: Token), new() { Target = "y" }, "all.moments");
            DataFitResult rows = DataFit.Run(source, new() { Target = "y", Features = "x, k", Weights = "w", WeightKind = kind }, cancellationToken: Token);
            Assert.Equal((rows.Fit.RowCount, rows.RowsDropped), (fit.Fit.RowCount, fit.RowsDropped));
            Close(rows.Fit.Model.Weights[0], fit.Fit.Model.Weights[0], 1e-9);
            Close(rows.Fit.ResidualStandardError, fit.Fit.ResidualStandardError, 1e-9);
            Close(Summary.Of(rows.Model).LogLikelihood, Summary.Of(fit.Model).LogLikelihood, 1e-9);
        }
    }

    [Fact]
    public void What_moments_cannot_answer_is_refused_with_the_remedy()
    {
        using TemporaryFolder folder = new();
        using var source = DataSource.OpenFile(MomentsPlanTests.Write(folder));
        MomentsFile file = DataMoments.Run(source, new() { Columns = "x, city, y, ln(y + 9) AS ly, x:city" }, cancellationToken: Token);
        Refused<DataException>("all.moments has no 'z'; it has 'x', 'city', 'y', 'ly', 'x:city'. What a fit uses is named when the rows are summed (--columns).", new() { Target = "y", Features = "x, z" });
        Refused<DataException>("all.moments has no column 'w' for the target", new() { Target = "w" });
        Refused<DataException>("The target 'city' is text", new() { Target = "city" });
        Refused<DataException>("all.moments has no column for the term 'x:city[Bern]'", new() { Target = "y", Features = "city, x:city" });
        Refused<DataException>("in a fit without an intercept", new() { Target = "y", Features = "x, city", Intercept = false });
        Refused<UsageException>("The feature 'ly' is computed from the target 'y'", new() { Target = "y", Features = "x, ly" });
        Refused<UsageException>("The target 'y' is among the features", new() { Target = "y", Features = "x, y" });
        Refused<UsageException>("named twice", new() { Target = "y", Features = "x, x" });

        MomentsFile foreign = new(new MomentsAccumulator(["x", "y"]));
        Assert.Contains("does not say how its columns were made", Assert.Throws<DataException>(() => MomentsFit.Run(foreign, new() { Target = "y" }, "f")).Message, StringComparison.Ordinal);

        MomentsFile other = new(new MomentsAccumulator(["x", "y"]), new MomentsFacts { Schema = file.Facts.Schema });
        Assert.Contains("are not those that it says how to make", Assert.Throws<DataException>(() => MomentsFit.Run(other, new() { Target = "y" }, "f")).Message, StringComparison.Ordinal);
        MomentsFile damaged = new(new MomentsAccumulator(["x", "y"]), new MomentsFacts { Schema = "{" });
        Assert.Contains("it is not JSON (line 1)", Assert.Throws<DataException>(() => MomentsFit.Run(damaged, new() { Target = "y" }, "f")).Message, StringComparison.Ordinal);

        void Refused<T>(string message, FitRequest request)
            where T : Exception => Assert.Contains(message, Assert.Throws<T>(() => MomentsFit.Run(file, request, "all.moments")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_are_removed_and_sources_merged_as_values()
    {
        using TemporaryFolder folder = new();
        MomentsPlanTests.Write(folder);
        MomentsFile Sum(string name)
        {
            using var source = DataSource.OpenFile(folder.Path(name));
            return DataMoments.Run(source, new() { Columns = "x, k, y" }, cancellationToken: Token);
        }

        MomentsMerge.Save(Sum("*.parquet"), folder.Path("all.moments"));
        MomentsMerge.Save(Sum("a.parquet"), folder.Path("a.moments"));
        MomentsMerge.Save(Sum("b.parquet"), folder.Path("b.moments"));
        MomentsFile rest = MomentsMerge.Remove(MomentsMerge.Load(folder.Path("all.moments")), folder.Path("a.moments"));
        Assert.Equal(4000, rest.Header.RowCount);
        Close(Slope(MomentsMerge.Load(folder.Path("b.moments"))), Slope(rest), 1e-9);

        MomentsFile both = MomentsMerge.AsValues([folder.Path("b.moments"), folder.Path("a.moments")]);
        Assert.Equal(MomentsPlanTests.Bytes(both), MomentsPlanTests.Bytes(MomentsMerge.AsValues([folder.Path("a.moments"), folder.Path("b.moments")])));
        Close(Slope(MomentsMerge.Load(folder.Path("all.moments"))), Slope(both), 1e-9);

        Assert.Contains("its source has the fingerprint", Assert.Throws<DataException>(() => MomentsMerge.Exact([folder.Path("b.moments"), folder.Path("a.moments")])).Message, StringComparison.Ordinal);
        Assert.Contains("would count twice", Assert.Throws<DataException>(() => MomentsMerge.AsValues([folder.Path("b.moments"), folder.Path("b.moments")])).Message, StringComparison.Ordinal);
        Assert.Contains("cannot be removed", Assert.Throws<DataException>(() => MomentsMerge.Remove(MomentsMerge.Load(folder.Path("b.moments")), folder.Path("all.moments"))).Message, StringComparison.Ordinal);

        static double Slope(MomentsFile file) => MomentsFit.Run(file, new() { Target = "y" }, "f").Fit.Model.Weights[0];
    }

    private static void Close(double expected, double actual, double relative) => Assert.Equal(expected, actual, (relative * Math.Abs(expected)) + (double.IsNaN(expected) ? 1 : 0));
}
