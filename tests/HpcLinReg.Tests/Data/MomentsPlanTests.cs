using System.Text.Json.Nodes;
using HpcLinReg.Data;
using HpcLinReg.Data.Sums;

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

        Refused(Changed("\"Zug\"", "\"Zuz\""), 0, "a.parquet, row 2 (counted from 1 after the header): the text in 'city' is none of the levels");
        Refused(Changed("\"kind\": \"flag\"", "\"kind\": \"number\""), 0, "The column 'flag' of");
        Refused(Sealed(json.Replace("\"name\": \"z\",", "\"name\": \"zz\",", StringComparison.Ordinal).Replace("\"column\": \"z\"", "\"column\": \"zz\"", StringComparison.Ordinal).Replace("ln(z + 3)", "ln(zz + 3)", StringComparison.Ordinal)), 0, "has no column 'zz', which the plan has");

        File.Delete(folder.Path("b.parquet"));
        Refused(json, 2, "b.parquet, which the plan has");
        folder.Copy("a.parquet", Query(9000, "i % 90"));
        Refused(json, 0, "a.parquet is not the file that the plan was made of");

        string Changed(string part, string other) => Sealed(json.Replace(part, other, StringComparison.Ordinal));

        static void Refused(string json, int part, string message) =>
            Assert.Contains(message, Assert.Throws<DataException>(() => MomentsPlan.FromJson(json).Sum(part, cancellationToken: Token)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_that_was_changed_is_refused_in_plain_words()
    {
        using TemporaryFolder folder = new();
        string json;
        using (var source = DataSource.OpenFile(Write(folder)))
        {
            json = MomentsPlan.Create(source, new() { Columns = Columns, Weights = "w" }, 3, cancellationToken: Token).ToJson();
        }

        // By hand: the digest is another.
        foreach ((string part, string other) in ((string, string)[])[("\"Zug\"", "\"Zuz\""), ("DoubleDouble", "Plain"), ("\"weights\": \"w\"", "\"weights\": null"), ("\"weights\": \"w\"", "\"weights\": \"y\""), ("9000", "9001"), ("4096", "6144"), ("\"zone\": null", "\"zone\": \"Asia/Tokyo\""), ("\"kinds\"", "\"kind\""), ("\"version\": 1,", "\"version\": 1, \"more\": 2,")])
        {
            Assert.Contains(part, json, StringComparison.Ordinal);
            Refused("it was changed after 'hpclinreg plan' wrote it, for its 'digest' is not that of what it states (only the paths of files may be changed); make the plan again.", json.Replace(part, other, StringComparison.Ordinal));
        }

        // By a program that computes the digest: what cannot be is refused by its name all the same.
        Refused("its part 0 is not two whole numbers", Sealed(json.Replace("\n      4096\n", "\n      4096,\n      5\n", StringComparison.Ordinal)));
        Refused("a part goes from row 6144 to 8192 where it should begin at 4096.", Sealed(json.Replace("\n      4096,", "\n      6144,", StringComparison.Ordinal)));
        Refused("its files, parts and fingerprint do not belong together", Sealed(json.Replace("9000", "9001", StringComparison.Ordinal)));
        Refused("its 'precision' is 'Triple', and not one of Plain, DoubleDouble.", Sealed(json.Replace("\"DoubleDouble\"", "\"Triple\"", StringComparison.Ordinal)));
        Refused("its 'weights' is not a text.", Sealed(json.Replace("\"weights\": \"w\"", "\"weights\": 3", StringComparison.Ordinal)));
        Refused("it has no 'kinds'.", Sealed(json.Replace("\"kinds\"", "\"kind\"", StringComparison.Ordinal)));
        Refused("it has members or values that 'hpclinreg plan' of this version does not write", Sealed(json.Replace("\"version\": 1,", "\"version\": 1, \"more\": 2,", StringComparison.Ordinal)));
        Refused("it has no 'digest', which 'hpclinreg plan' writes; make the plan again.", json.Replace("\"digest\": \"", "\"digests\": \"", StringComparison.Ordinal));
        Refused("has bit contract 4, and this engine has", json.Replace($"\"bitContract\": {EngineInfo.BitContract}", "\"bitContract\": 4", StringComparison.Ordinal));
        Refused("it is no plan of version 1; 'hpclinreg plan' writes one.", "{}");
        Refused("it is no plan of version 1", json.Replace("\"version\": 1", "\"version\": 2", StringComparison.Ordinal));
        Refused("The plan is not a valid plan: it is not JSON (line 1), or has a member twice.", "[");
        Refused("it is JSON, but no object.", "[]");
        Refused("it is not JSON", json.Replace("\"version\": 1,", "\"version\": 1, \"version\": 1,", StringComparison.Ordinal));
        Assert.Contains("There is no file nope.json for the plan; its full path would be", Assert.Throws<DataException>(() => MomentsPlan.Load("nope.json")).Message, StringComparison.Ordinal);

        // Files lie elsewhere on another machine.
        Directory.CreateDirectory(folder.Path("moved"));
        File.Move(folder.Path("a.parquet"), folder.Path("moved/a.parquet"));
        Assert.Equal(4096, MomentsPlan.FromJson(json.Replace("a.parquet", "moved/a.parquet", StringComparison.Ordinal)).Sum(0, cancellationToken: Token).Header.NextRow);

        static void Refused(string message, string json)
        {
            string text = Assert.Throws<DataException>(() => MomentsPlan.FromJson(json)).Message;
            Assert.Contains(message, text, StringComparison.Ordinal);
            Assert.DoesNotContain("JsonNode", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_full_digest_finds_a_change_that_a_footer_does_not()
    {
        using TemporaryFolder folder = new();
        string glob = Write(folder), path = folder.Path("a.parquet");
        MomentsPlan footer, full;
        using (var source = DataSource.OpenFile(glob))
        {
            footer = MomentsPlan.Create(source, new() { Columns = "x, y" }, 2, cancellationToken: Token);
            full = MomentsPlan.FromJson(MomentsPlan.Create(source, new() { Columns = "x, y", FullDigest = true }, 2, cancellationToken: Token).ToJson());
            Assert.All(full.Files, file => Assert.StartsWith("content:", file.Digest, StringComparison.Ordinal));
            Assert.NotEqual(footer.Source, full.Source);
            MomentsFile whole = DataMoments.Run(source, new() { Columns = "x, y", FullDigest = true }, cancellationToken: Token);
            Assert.Equal(Bytes(whole), Bytes(MomentsFile.Merge(full.Sum(1, cancellationToken: Token), full.Sum(0, cancellationToken: Token))));
        }

        byte[] bytes = File.ReadAllBytes(path);
        bytes[200] ^= 1;
        File.WriteAllBytes(path, bytes);
        Assert.Contains("a.parquet is not the file that the plan was made of: its length or its content is another", Assert.Throws<DataException>(() => full.Sum(0, cancellationToken: Token)).Message, StringComparison.Ordinal);
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

    /// <summary>Returns a plan with the digest that belongs to it.</summary>
    private static string Sealed(string json) => SealedJson.Write((JsonObject)JsonNode.Parse(json)!);

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
