using System.IO.Compression;
using System.Text;
using HpcLinReg.Data;
using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Data;

/// <summary>The same rows in each format are fitted, shown and predicted alike; what is no such file is refused.</summary>
public sealed class FormatSuiteTests : IDisposable
{
    private const string Numbers = "SELECT range + 0.5 AS x, CASE WHEN range % 7 <> 3 THEN (range * range) % 11 / 4.0 END AS z, 3 + 2 * range + sin(range) AS y FROM range(50)";

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Formats => [.. DataFormat.All];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Formats))]
    public void Missing_values_are_dropped_and_counted(string extension)
    {
        DataFormat format = new(extension);
        string path = format.Write(_folder, "in", Numbers);
        (string x, string z, string y) = Names(format);
        DataFitResult fit = Fitting.Run(path, new FitRequest { Target = y }), expected = Expected(Numbers);
        Assert.Equal([(z, 7L)], fit.MissingByColumn.Select(count => (count.Column, count.Rows)));
        AssertSame(expected, fit);
        Assert.Equal([x, z], fit.Terms.Select(term => term.Name));
        Assert.Contains($"'{z}' is missing in row 4", Assert.Throws<DataException>(() => Fitting.Run(path, new FitRequest { Target = y, Missing = MissingValues.Error })).Message, StringComparison.Ordinal);
        DataFitResult mean = Fitting.Run(path, new FitRequest { Target = y, Missing = MissingValues.Mean });
        Assert.Equal([(z, 7L)], mean.FilledByColumn.Select(count => (count.Column, count.Rows)));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void The_schema_says_what_there_is(string extension)
    {
        DataFormat format = new(extension);
        using var source = DataSource.OpenFile(format.Write(_folder, "in", Numbers));
        var schema = DataSchema.Of(source, TestContext.Current.CancellationToken);
        (string x, string z, string y) = Names(format);
        Assert.Equal((50L, ""), (schema.Rows, string.Join(", ", schema.Columns.Where(column => column.Kind != ReadAs.Number).Select(column => column.Name))));
        Assert.Equal([(x, 0L), (z, 7L), (y, 0L)], schema.Columns.Select(column => (column.Name, column.Missing)));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Huge_whole_numbers_are_exact(string extension)
    {
        DataFormat format = new(extension);
        string path = format.Write(_folder, "in", "SELECT 9007199254740993 + range * range AS id, range AS y FROM range(30)");
        (string id, string y) = format.HasManyTypes ? ("id", "y") : ("column0", "column1");
        DataFitResult fit = Fitting.Run(path, new FitRequest { Target = y, Features = $"{id} - 9007199254740992 AS d" });
        using var query = DataSource.OpenSql("SELECT 1 + range * range AS d, range AS y FROM range(30) ORDER BY y");
        AssertSame(Fitting.Run(query, new FitRequest { Target = "y" }), fit);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Texts_and_dates_are_read(string extension)
    {
        DataFormat format = new(extension);
        if (!format.HasTexts)
        {
            return;
        }

        const string Query = "SELECT CASE WHEN range % 13 <> 5 THEN 'a, ' || chr(228) || range % 3 END AS s, DATE '2024-01-31' + (range * 9)::int AS day, range % 17 + range / 3.0 AS y FROM range(60)";
        var request = new FitRequest { Target = "y", Features = "s, year(day) AS year, day(day) AS d" };
        DataFitResult fit = Fitting.Run(format.Write(_folder, "in", Query), request);
        using var query = DataSource.OpenSql($"{Query} ORDER BY range");
        AssertSame(Fitting.Run(query, request), fit);
        Assert.Equal(5, fit.RowsDropped);
        Assert.Contains("s[a, ä1]", fit.Terms.Select(term => term.Name));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_million_rows_are_all_read(string extension)
    {
        DataFormat format = new(extension);
        int rows = (extension is ".csv" or ".parquet" ? 1_000_000 : Cases.Times(20_000)) + 3;
        string path = format.Write(_folder, "in", $"SELECT range % 1000 + 0.5 AS x, 2 * (range % 1000) + range % 2 * 1.0 AS y FROM range({rows})");
        (string x, string y) = format.HasManyTypes ? ("x", "y") : ("column0", "column1");
        DataFitResult fit = Fitting.Run(path, new FitRequest { Target = y });
        Assert.Equal(rows, fit.Fit.RowCount);
        Assert.Equal(2, fit.Model.Terms[0].Coefficient, 1e-2);
        Assert.Equal(x, fit.Terms[0].Name);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_file_cut_short_is_refused(string extension)
    {
        DataFormat format = new(extension);
        byte[] whole = File.ReadAllBytes(format.Write(_folder, "in", Numbers));
        string cut = _folder.Path("cut" + extension);
        foreach (int length in (int[])[whole.Length / 2, whole.Length - (extension is ".csv" or ".tsv" ? 30 : 9)])
        {
            // A line of CSV that ends within its last cell looks like a whole one; here it ends behind its first cell.
            int line = whole.AsSpan(0, length).LastIndexOf((byte)'\n') + 1;
            int end = extension is ".csv" or ".tsv" ? line + whole.AsSpan(line).IndexOfAny((byte)',', (byte)'\t') : length;
            File.WriteAllBytes(cut, whole[..end]);
            DataException error = Assert.Throws<DataException>(() => Fitting.Run(cut, new FitRequest { Target = Names(format).Y }));
            Assert.Contains("cut" + extension, error.Message, StringComparison.Ordinal);
        }

        File.WriteAllBytes(cut, []);
        Assert.Contains("cut" + extension, Assert.Throws<DataException>(() => DataSource.OpenFile(cut)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_wrong_ending_is_refused(string extension)
    {
        byte[] bytes = File.ReadAllBytes(new DataFormat(extension).Write(_folder, "in", Numbers));
        foreach (string other in DataFormat.All.Where(other => Kind(other) != Kind(extension)))
        {
            string path = _folder.Path("other" + other);
            File.WriteAllBytes(path, bytes);
            DataException error = Assert.Throws<DataException>(() => DataSource.OpenFile(path));
            Assert.Contains("other" + other, error.Message, StringComparison.Ordinal);
        }

        static string Kind(string extension) => extension switch { ".tsv" => ".csv", ".ndjson" => ".json", ".arrows" => ".arrow", _ => extension };
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void All_columns_pass_through_a_prediction(string extension)
    {
        DataFormat format = new(extension);
        string path = format.Write(_folder, "in", Numbers);
        string y = Names(format).Y;
        RegressionModel model = Fitting.Run(path, new FitRequest { Target = y }).Model;
        string csv = Encoding.UTF8.GetString(Predict(model, path, PredictionFormat.Csv));
        string[] lines = csv.TrimEnd().Split('\n');
        Assert.Equal(51, lines.Length);
        Assert.Matches(@"^3\.5,,[0-9.]+,$", lines[4].Replace("NaN", "", StringComparison.OrdinalIgnoreCase));
        Assert.StartsWith("0.5,0.0,3.0,", lines[1].Replace(",0,", ",0.0,", StringComparison.Ordinal).Replace(",3,", ",3.0,", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(50, Encoding.UTF8.GetString(Predict(model, path, PredictionFormat.JsonLines)).TrimEnd().Split('\n').Length);
        File.WriteAllBytes(_folder.Path("out.parquet"), Predict(model, path, PredictionFormat.Parquet));
        using var parquet = DataSource.OpenFile(_folder.Path("out.parquet"));
        Assert.Equal([.. model.Design.Columns.Select(column => column.Name), y, "prediction"], parquet.Columns.Select(column => column.Name));
        Assert.All(parquet.Columns, column => Assert.Equal(ColumnKind.Numeric, column.Kind));
        Assert.Equal(50, DataSchema.Of(parquet, TestContext.Current.CancellationToken).Rows);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Patterns_compressed_files_and_pipes_give_the_same_fit(string extension)
    {
        DataFormat format = new(extension);
        string y = Names(format).Y;
        string path = format.Write(_folder, "all", Numbers);
        Directory.CreateDirectory(_folder.Path("parts"));
        string pattern = _folder.Path("parts/*" + extension);
        File.Move(format.Write(_folder, "a", $"SELECT * FROM ({Numbers}) LIMIT 20"), _folder.Path("parts/a" + extension));
        File.Move(format.Write(_folder, "b", $"SELECT * FROM ({Numbers}) OFFSET 20"), _folder.Path("parts/b" + extension));
        DataFitResult expected = Fitting.Run(path, new FitRequest { Target = y });
        AssertEqual(Fitting.Run(pattern, new FitRequest { Target = y }));
        using (var piped = DataSource.OpenStream(File.OpenRead(path), "the pipe", null, null, TestContext.Current.CancellationToken))
        {
            // Of a pipe a table without commas is CSV, and TSV has its tabs.
            AssertEqual(Fitting.Run(piped, new FitRequest { Target = y }));
        }

        if (format.IsCompressible)
        {
            using (GZipStream gzip = new(File.Create(path + ".gz"), CompressionLevel.Fastest))
            {
                gzip.Write(File.ReadAllBytes(path));
            }

            AssertEqual(Fitting.Run(path + ".gz", new FitRequest { Target = y }));
            byte[] cut = File.ReadAllBytes(path + ".gz");
            File.WriteAllBytes(_folder.Path("cut" + extension + ".gz"), cut[..^20]);
            Assert.Throws<DataException>(() => Fitting.Run(_folder.Path("cut" + extension + ".gz"), new FitRequest { Target = y }));
        }

        void AssertEqual(DataFitResult fit)
        {
            Assert.Equal(expected.Model.Terms.Select(term => term.Coefficient), fit.Model.Terms.Select(term => term.Coefficient));
            Assert.Equal(expected.Model.Training.RowDigest, fit.Model.Training.RowDigest);
        }
    }

    private static (string X, string Z, string Y) Names(DataFormat format) => format.HasManyTypes ? ("x", "z", "y") : ("column0", "column1", "column2");

    private static DataFitResult Expected(string query)
    {
        using var source = DataSource.OpenSql($"{query} ORDER BY 1");
        return Fitting.Run(source, new FitRequest { Target = "y" });
    }

    /// <summary>Text is summed in double-double in one reading, typed columns are read twice: both have 15 digits.</summary>
    private static void AssertSame(DataFitResult expected, DataFitResult fit) => Assert.All(expected.Model.Terms.Zip(fit.Model.Terms),
        pair => Assert.Equal(pair.First.Coefficient, pair.Second.Coefficient, 1e-12 * Math.Max(1, Math.Abs(pair.First.Coefficient))));

    private static byte[] Predict(RegressionModel model, string path, PredictionFormat format)
    {
        using var source = DataSource.OpenFile(path);
        using MemoryStream output = new();
        DataPrediction.Run(model, source, output, new PredictionRequest { Format = format }, null, TestContext.Current.CancellationToken);
        return output.ToArray();
    }
}
