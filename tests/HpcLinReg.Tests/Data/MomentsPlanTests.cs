using HpcLinReg.Data;

namespace HpcLinReg.Tests.Data;

public class MomentsPlanTests
{
    private const string Columns = "x, z, city, flag, k, y, ln(z + 3) AS lz, x:city, k*k AS kk";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, MomentsPrecision.Plain)]
    [InlineData(null, MomentsPrecision.DoubleDouble)]
    [InlineData(WeightKind.Precision, MomentsPrecision.DoubleDouble)]
    [InlineData(WeightKind.Frequency, MomentsPrecision.DoubleDouble)]
    public void Parts_summed_alone_and_merged_in_any_order_are_the_bytes_of_one_process(WeightKind? weights, MomentsPrecision precision)
    {
        using TemporaryFolder folder = new();
        string glob = Write(folder);
        MomentsRequest request = new() { Columns = Columns, Precision = precision, Weights = weights is null ? null : "w", WeightKind = weights ?? default };
        using var source = DataSource.OpenFile(glob);
        MomentsFile whole = DataMoments.Run(source, request, cancellationToken: Token);
        Assert.Equal(13_000, whole.Header.NextRow);
        Assert.Equal(whole.Header.RowCount, whole.Header.NextRow - whole.Facts.RowsDropped);

        foreach (int parts in (int[])[1, 3, 9])
        {
            var plan = MomentsPlan.FromJson(MomentsPlan.Create(source, request, parts, cancellationToken: Token).ToJson());
            Assert.Equal(parts, plan.Parts.Length);
            Assert.All(plan.Parts, part => Assert.Equal(0, part.FirstRow % 2048 * (part.FirstRow == 13_000 ? 0 : 1)));
            MomentsFile[] sums = [.. Enumerable.Range(0, parts).Select(k => plan.Sum(k, cancellationToken: Token))];
            new Random(parts).Shuffle(sums);
            Assert.Equal(Bytes(whole), Bytes(MomentsFile.Merge(sums)));
        }
    }

    [Fact]
    public void A_plan_is_one_text_and_a_file_that_was_moved_keeps_its_fingerprint()
    {
        using TemporaryFolder folder = new();
        string glob = Write(folder);
        using var source = DataSource.OpenFile(glob);
        var plan = MomentsPlan.Create(source, new() { Columns = Columns }, 4, cancellationToken: Token);
        Assert.Equal(plan.ToJson(), MomentsPlan.FromJson(plan.ToJson()).ToJson());
        Assert.Equal([9000L, 4000L], plan.Files.Select(file => file.Rows));

        Directory.CreateDirectory(folder.Path("moved"));
        File.Copy(folder.Path("a.parquet"), folder.Path("moved/a.parquet"));
        File.Copy(folder.Path("b.parquet"), folder.Path("moved/b.parquet"));
        using var moved = DataSource.OpenFile(folder.Path("moved/*.parquet"));
        Assert.Equal(plan.Source, MomentsPlan.Create(moved, new() { Columns = Columns }, 4, cancellationToken: Token).Source);
    }

    [Fact]
    public void A_part_that_contradicts_its_plan_is_refused_by_file_and_row()
    {
        using TemporaryFolder folder = new();
        string glob = Write(folder), json;
        using (var source = DataSource.OpenFile(glob))
        {
            json = MomentsPlan.Create(source, new() { Columns = Columns }, 3, cancellationToken: Token).ToJson();
        }

        Refused(json.Replace("\"Zug\"", "\"Zuz\"", StringComparison.Ordinal), 0, "a.parquet, row 2 (counted from 1 after the header): the text in 'city' is none of the levels");
        Refused(json.Replace("\"kind\": \"flag\"", "\"kind\": \"number\"", StringComparison.Ordinal), 0, "The column 'flag' of");
        Refused(json.Replace("\"name\": \"z\",", "\"name\": \"zz\",", StringComparison.Ordinal).Replace("\"column\": \"z\"", "\"column\": \"zz\"", StringComparison.Ordinal).Replace("ln(z + 3)", "ln(zz + 3)", StringComparison.Ordinal), 0, "has no column 'zz', which the plan has");
        Refused(json.Replace("\"bitContract\": 5", "\"bitContract\": 4", StringComparison.Ordinal), 0, "has bit contract 4, and this engine has");
        Refused(json.Replace("9000", "9001", StringComparison.Ordinal), 0, "do not belong together");
        Refused("{}", 0, "is no plan of version 1");
        Refused("[", 0, "is not a valid plan");

        File.Delete(folder.Path("b.parquet"));
        Refused(json, 2, "b.parquet, which the plan has");
        folder.Copy("a.parquet", Query(9000, "i % 90"));
        Refused(json, 0, "a.parquet is not the file that the plan was made of");

        static void Refused(string json, int part, string message) =>
            Assert.Contains(message, Assert.Throws<DataException>(() => MomentsPlan.FromJson(json).Sum(part, cancellationToken: Token)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_Parquet_is_planned_and_a_reading_is_stopped()
    {
        using TemporaryFolder folder = new();
        using (var text = DataSource.OpenFile(folder.Write("a.csv", "x,y\n1,2\n2,3\n4,4\n")))
        {
            Assert.Contains("write it as Parquet first", Assert.Throws<DataException>(() => MomentsPlan.Create(text, new(), 2, cancellationToken: Token)).Message, StringComparison.Ordinal);
            Assert.Equal(3, DataMoments.Run(text, new(), cancellationToken: Token).Header.RowCount);
        }

        using var source = DataSource.OpenFile(Write(folder));
        var plan = MomentsPlan.Create(source, new(), 2, cancellationToken: Token);
        Assert.ThrowsAny<OperationCanceledException>(() => plan.Sum(1, cancellationToken: new CancellationToken(canceled: true)));
        Assert.Throws<ArgumentOutOfRangeException>(() => plan.Sum(2, cancellationToken: Token));
    }

    /// <summary>Writes two files with missing values, texts, flags, whole numbers and weights.</summary>
    internal static string Write(TemporaryFolder folder)
    {
        folder.Copy("a.parquet", Query(9000, "i % 89"));
        folder.Copy("b.parquet", Query(4000, "i % 61"));
        return folder.Path("*.parquet");
    }

    internal static byte[] Bytes(MomentsFile file)
    {
        using MemoryStream stream = new();
        file.Save(stream);
        return stream.ToArray();
    }

    private static string Query(int rows, string x) => $"""
        SELECT {x} / 7.0 AS x, CASE WHEN i % 37 = 5 THEN NULL ELSE 2 * sin(i * i) END AS z, ['Bern', 'Zug', 'Rom'][1 + i % 3] AS city, i % 5 = 0 AS flag,
          CAST(i % 113 AS INTEGER) AS k, CASE WHEN i % 501 = 7 THEN NULL ELSE 1 + i % 4 END AS w, {x} / 3.0 + cos(i) AS y FROM range({rows}) t(i)
        """;
}
