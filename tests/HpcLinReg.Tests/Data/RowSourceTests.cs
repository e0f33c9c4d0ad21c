using System.Data;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using HpcLinReg.Data;

namespace HpcLinReg.Tests.Data;

/// <summary>Rows that a program has: they fit to the bits of the same rows in a file, with names, levels, missing values and exact whole numbers.</summary>
public sealed class RowSourceTests : IDisposable
{
    internal const int Rows = 5000;
    private const string Features = "x, whole - 9007199254740992 AS rest, s, flag, year(day) AS year";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Reader_columns_and_batches_have_the_bits_of_a_file()
    {
        RegressionModel file = OfFile(_folder);
        using DataTable table = Table();
        using (IDataReader reader = table.CreateDataReader())
        {
            Assert.Equal(Bits(file), Bits(Model(DataSource.OpenReader(reader, "the table", null, TestContext.Current.CancellationToken))));
        }

        Assert.Equal(Bits(file), Bits(Model(DataSource.OpenTable(Columns(0, Rows), "the columns", null, TestContext.Current.CancellationToken))));
        Assert.Equal(Bits(file), Bits(Model(await DataSource.OpenBatchesAsync(Batches(), "the batches", null, TestContext.Current.CancellationToken))));
    }

    [Fact]
    public void Predictions_keep_all_columns_and_their_order()
    {
        RegressionModel model = Model(DataSource.OpenTable(Columns(0, Rows), "the columns", null, TestContext.Current.CancellationToken));
        using DataTable table = Table();
        using IDataReader reader = table.CreateDataReader();
        using var source = DataSource.OpenReader(reader, "the table", null, TestContext.Current.CancellationToken);
        using MemoryStream csv = new(), parquet = new();
        DataPrediction.Run(model, source, csv, null, null, TestContext.Current.CancellationToken);
        PredictionSummary summary = DataPrediction.Run(model, source, parquet, new PredictionRequest { Format = PredictionFormat.Parquet }, null, TestContext.Current.CancellationToken);
        string[] lines = Encoding.UTF8.GetString(csv.ToArray()).Split('\n');
        Assert.Equal("x,whole,s,flag,day,y,prediction", lines[0]);
        Assert.Equal(Rows, summary.Rows);
        Assert.Equal(Enumerable.Range(0, Rows).Select(i => (9007199254740993 + (i % 10)).ToString(CultureInfo.InvariantCulture)), lines[1..^1].Select(line => line.Split(',')[1]));
        File.WriteAllBytes(_folder.Path("out.parquet"), parquet.ToArray());
        using var written = DataSource.OpenFile(_folder.Path("out.parquet"));
        Assert.Equal(["x", "whole", "s", "flag", "day", "y", "prediction"], written.Columns.Select(column => column.Name));
    }

    [Fact]
    public void Every_type_of_number_time_and_text_is_taken()
    {
        using DataTable table = new();
        (string Name, Type Type, object Value, string Text)[] cells =
        [
            ("a", typeof(float), 0.5f, "0.5"), ("b", typeof(decimal), 0.1m, "0.1"), ("c", typeof(byte), (byte)7, "7"), ("d", typeof(short), (short)-7, "-7"), ("e", typeof(uint), 7u, "7"),
            ("f", typeof(ulong), ulong.MaxValue, "18446744073709551615"), ("g", typeof(char), 'ä', "ä"), ("h", typeof(Guid), Guid.Empty, "00000000-0000-0000-0000-000000000000"),
            ("i", typeof(DateTimeOffset), new DateTimeOffset(2024, 2, 29, 1, 0, 0, TimeSpan.FromHours(2)), "2024-02-28 23:00:00+00"), ("j", typeof(DateOnly), new DateOnly(2024, 2, 29), "2024-02-29"),
            ("K", typeof(string), "", ""), ("k", typeof(bool), DBNull.Value, ""),
        ];
        foreach ((string name, Type type, _, _) in cells)
        {
            // A data table takes k and K for one name.
            table.Columns.Add(name == "k" ? "l" : name, type);
        }

        table.Rows.Add([.. cells.Select(cell => cell.Value)]);
        using IDataReader reader = table.CreateDataReader();
        using var source = DataSource.OpenReader(reader, "the table", null, TestContext.Current.CancellationToken);
        string?[] row = source.Session.Table($"SELECT {string.Join(", ", cells.Select((_, i) => $"t{i}"))} FROM ({source.Table.TextAndTypedRows(new HpcLinReg.Data.Sources.SourceColumn?[cells.Length])})")[0];
        Assert.Equal(cells.Select(cell => cell.Text), row.Select(text => text ?? ""));
        Assert.Null(row[^1]);
        Assert.NotNull(row[^2]);
    }

    [Fact]
    public void What_cannot_be_read_is_refused_by_name()
    {
        using DataTable bytes = new();
        bytes.Columns.Add("b", typeof(byte[]));
        using IDataReader reader = bytes.CreateDataReader();
        Assert.Contains("'b' has values of type Byte[]", Assert.Throws<UsageException>(() => DataSource.OpenReader(reader, "the table", null, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
        Assert.Contains("no columns", Assert.Throws<UsageException>(() => DataSource.OpenTable(new ColumnTable(), "nothing", null, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
        ReadingSettings settings = new() { MissingMarks = ["-"] };
        Assert.Contains("is rows of a program, for which --na means nothing", Assert.Throws<UsageException>(() => DataSource.OpenTable(Columns(0, 3), "table", settings, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Batches_need_the_columns_of_the_first()
    {
        static async IAsyncEnumerable<ColumnTable> Two(ColumnTable second)
        {
            yield return new ColumnTable { ["x"] = new[] { 1.0 }, ["s"] = new[] { "a" } };
            await Task.Yield();
            yield return second;
        }

        UsageException error = await Assert.ThrowsAsync<UsageException>(() => DataSource.OpenBatchesAsync(
            Two(new ColumnTable { ["x"] = new[] { 1.0 } }), "batches", null, TestContext.Current.CancellationToken));
        Assert.Contains("Batch 2 has the columns 'x', and the first one has 'x', 's'", error.Message, StringComparison.Ordinal);
        error = await Assert.ThrowsAsync<UsageException>(() => DataSource.OpenBatchesAsync(
            Two(new ColumnTable { ["s"] = new[] { "a" }, ["x"] = new[] { 1L } }), "batches", null, TestContext.Current.CancellationToken));
        Assert.Contains("'x' of batch 2 is of kind Whole", error.Message, StringComparison.Ordinal);
        error = await Assert.ThrowsAsync<UsageException>(() => DataSource.OpenBatchesAsync(AsyncEnumerable.Empty<ColumnTable>(), "batches", null, TestContext.Current.CancellationToken));
        Assert.Contains("no batch", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_stops_the_reading_and_leaves_no_file()
    {
        using CancellationTokenSource cancel = new();
        async IAsyncEnumerable<ColumnTable> Endless([EnumeratorCancellation] CancellationToken token = default)
        {
            for (int i = 0; ; i++)
            {
                token.ThrowIfCancellationRequested();
                yield return Columns(0, 10);
                if (i == 20)
                {
                    await cancel.CancelAsync();
                }
            }
        }

        await Assert.ThrowsAsync<OperationCanceledException>(() => DataSource.OpenBatchesAsync(Endless(TestContext.Current.CancellationToken), "endless", null, cancel.Token));
        using DataTable table = Table();
        using IDataReader reader = table.CreateDataReader();
        Assert.Throws<OperationCanceledException>(() => DataSource.OpenReader(reader, "the table", null, cancel.Token));
    }

    /// <summary>SQLite and the like give values that are not of the column's type.</summary>
    [Fact]
    public void A_value_of_another_type_is_refused_with_column_and_row()
    {
        using DataTable table = new();
        table.Columns.Add("x", typeof(long));
        table.Rows.Add(1L);
        table.Rows.Add(2L);
        using OtherValue reader = new(table);
        HpcLinReg.Data.DataException error = Assert.Throws<HpcLinReg.Data.DataException>(() => DataSource.OpenReader(reader, "the table", null, TestContext.Current.CancellationToken));
        Assert.Contains("'x' has a value of type Double in row 2 (counted from 1), '2.5'", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Fits the rows in a file.</summary>
    internal static RegressionModel OfFile(TemporaryFolder folder) => Model(DataSource.OpenFile(folder.Copy(
        "in.parquet",
        $"SELECT CASE WHEN range % 97 <> 5 THEN sin(range) END AS x, 9007199254740993 + range % 10 AS whole, CASE WHEN range % 89 <> 7 THEN 'k' || range % 3 END AS s, " +
        $"range % 2 = 0 AS flag, TIMESTAMP '2020-01-01 12:00:00' + INTERVAL (range) DAY AS day, sin(range) + range % 3 + cos(range * range) AS y FROM range({Rows})")));

    internal static double[] Bits(RegressionModel model) => [.. model.Terms.Select(term => term.Coefficient), .. model.Terms.Select(term => term.StandardError)];

    internal static RegressionModel Model(DataSource source)
    {
        using (source)
        {
            DataFitResult fit = Fitting.Run(source, new FitRequest { Target = "y", Features = Features });
            Assert.Equal(Enumerable.Range(0, Rows).Count(i => i % 97 == 5 || i % 89 == 7), fit.RowsDropped);
            return fit.Model;
        }
    }

    private static ColumnTable Columns(int first, int count)
    {
        int[] rows = [.. Enumerable.Range(first, count)];
        using DataTable table = Table();
        return new ColumnTable
        {
            ["x"] = rows.Select(i => table.Rows[i]["x"] is double x ? x : double.NaN).ToArray(),
            ["whole"] = rows.Select(i => (long)table.Rows[i]["whole"]).ToArray(),
            ["s"] = rows.Select(i => table.Rows[i]["s"] as string).ToArray(),
            ["flag"] = rows.Select(i => (bool)table.Rows[i]["flag"]).ToArray(),
            ["day"] = rows.Select(i => (DateTime)table.Rows[i]["day"]).ToArray(),
            ["y"] = rows.Select(i => (double)table.Rows[i]["y"]).ToArray(),
        };
    }

    private static async IAsyncEnumerable<ColumnTable> Batches()
    {
        for (int first = 0; first < Rows; first += 1250)
        {
            yield return Columns(first, 1250);
            await Task.Yield();
        }
    }

    /// <summary>The rows; missing values are <see cref="DBNull"/>.</summary>
    internal static DataTable Table()
    {
        DataTable table = new();
        foreach ((string name, Type type) in new[] { ("x", typeof(double)), ("whole", typeof(long)), ("s", typeof(string)), ("flag", typeof(bool)), ("day", typeof(DateTime)), ("y", typeof(double)) })
        {
            table.Columns.Add(name, type);
        }

        // The same numbers as DuckDB's, whose functions are those of the C library.
        using var session = HpcLinReg.Data.Sources.Session.ForQueries();
        List<string?[]> numbers = session.Table($"SELECT sin(range)::VARCHAR, (sin(range) + range % 3 + cos(range * range))::VARCHAR FROM range({Rows})");
        for (int i = 0; i < Rows; i++)
        {
            table.Rows.Add(
                i % 97 == 5 ? DBNull.Value : double.Parse(numbers[i][0]!, CultureInfo.InvariantCulture), 9007199254740993 + (i % 10), i % 89 == 7 ? DBNull.Value : $"k{i % 3}", i % 2 == 0,
                new DateTime(2020, 1, 1, 12, 0, 0, DateTimeKind.Utc).AddDays(i), double.Parse(numbers[i][1]!, CultureInfo.InvariantCulture));
        }

        return table;
    }

    /// <summary>Gives 2.5 in the second row of a column of whole numbers.</summary>
    private sealed class OtherValue(DataTable table) : System.Data.Common.DbDataReader
    {
        private readonly DataTableReader _reader = table.CreateDataReader();
        private int _row;

        public override int FieldCount => _reader.FieldCount;

        public override int Depth => 0;

        public override bool HasRows => true;

        public override bool IsClosed => false;

        public override int RecordsAffected => 0;

        public override object this[int ordinal] => GetValue(ordinal);

        public override object this[string name] => GetValue(0);

        public override bool Read()
        {
            _row++;
            return _reader.Read();
        }

        public override object GetValue(int ordinal) => _row == 2 ? 2.5 : _reader.GetValue(ordinal);

        public override string GetName(int ordinal) => _reader.GetName(ordinal);

        public override Type GetFieldType(int ordinal) => _reader.GetFieldType(ordinal);

        public override bool IsDBNull(int ordinal) => false;

        public override bool NextResult() => false;

        public override System.Collections.IEnumerator GetEnumerator() => throw new NotSupportedException();

        public override bool GetBoolean(int ordinal) => throw new NotSupportedException();

        public override byte GetByte(int ordinal) => throw new NotSupportedException();

        public override long GetBytes(int ordinal, long dataOffset, byte[]? buffer, int bufferOffset, int length) => throw new NotSupportedException();

        public override char GetChar(int ordinal) => throw new NotSupportedException();

        public override long GetChars(int ordinal, long dataOffset, char[]? buffer, int bufferOffset, int length) => throw new NotSupportedException();

        public override string GetDataTypeName(int ordinal) => throw new NotSupportedException();

        public override DateTime GetDateTime(int ordinal) => throw new NotSupportedException();

        public override decimal GetDecimal(int ordinal) => throw new NotSupportedException();

        public override double GetDouble(int ordinal) => throw new NotSupportedException();

        public override float GetFloat(int ordinal) => throw new NotSupportedException();

        public override Guid GetGuid(int ordinal) => throw new NotSupportedException();

        public override short GetInt16(int ordinal) => throw new NotSupportedException();

        public override int GetInt32(int ordinal) => throw new NotSupportedException();

        public override long GetInt64(int ordinal) => throw new NotSupportedException();

        public override int GetOrdinal(string name) => throw new NotSupportedException();

        public override string GetString(int ordinal) => throw new NotSupportedException();

        public override int GetValues(object[] values) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            _reader.Dispose();
            base.Dispose(disposing);
        }
    }
}
