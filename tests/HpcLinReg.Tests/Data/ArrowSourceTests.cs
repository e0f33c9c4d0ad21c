using System.Data;
using System.Globalization;
using Apache.Arrow;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;
using HpcLinReg.Data;

namespace HpcLinReg.Tests.Data;

/// <summary>Record batches fit to the bits of the same rows in a file; what Arrow has and a regression does not is refused by name.</summary>
public sealed class ArrowSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Batches_and_streams_have_the_bits_of_a_file()
    {
        RegressionModel file = RowSourceTests.OfFile(_folder);
        using RecordBatch batch = Batch();
        Assert.Equal(RowSourceTests.Bits(file), RowSourceTests.Bits(RowSourceTests.Model(ArrowSource.Open(batch, "the batch", null, TestContext.Current.CancellationToken))));
        using MemoryStream bytes = new();
        using (ArrowStreamWriter writer = new(bytes, batch.Schema, leaveOpen: true))
        {
            await foreach (RecordBatch part in Parts(batch))
            {
                await writer.WriteRecordBatchAsync(part, TestContext.Current.CancellationToken);
            }

            await writer.WriteEndAsync(TestContext.Current.CancellationToken);
        }

        bytes.Position = 0;
        using ArrowStreamReader reader = new(bytes);
        Assert.Equal(RowSourceTests.Bits(file), RowSourceTests.Bits(RowSourceTests.Model(await ArrowSource.OpenAsync(reader, "the stream", null, TestContext.Current.CancellationToken))));
        Assert.Equal(RowSourceTests.Bits(file), RowSourceTests.Bits(RowSourceTests.Model(await ArrowSource.OpenBatchesAsync(Parts(batch), "the batches", null, TestContext.Current.CancellationToken))));
    }

    [Fact]
    public void Every_type_is_read_as_its_text_says()
    {
        Decimal128Array.Builder decimals = new(new Decimal128Type(10, 2)), wide = new(new Decimal128Type(38, 0));
        decimals.Append(-1.10m);
        wide.Append("12345678901234567890123456789012345678");
        (string Name, IArrowArray Array, string Text)[] columns =
        [
            ("int8", new Int8Array.Builder().Append(-7).Build(), "-7"), ("int16", new Int16Array.Builder().Append(-300).Build(), "-300"), ("int32", new Int32Array.Builder().Append(-70000).Build(), "-70000"),
            ("int64", new Int64Array.Builder().Append(9007199254740993).Build(), "9007199254740993"), ("uint8", new UInt8Array.Builder().Append(255).Build(), "255"),
            ("uint16", new UInt16Array.Builder().Append(65535).Build(), "65535"), ("uint32", new UInt32Array.Builder().Append(uint.MaxValue).Build(), "4294967295"),
            ("uint64", new UInt64Array.Builder().Append(ulong.MaxValue).Build(), "18446744073709551615"), ("half", new HalfFloatArray.Builder().Append((Half)0.5).Build(), "0.5"),
            ("float", new FloatArray.Builder().Append(0.25f).Build(), "0.25"), ("double", new DoubleArray.Builder().Append(0.1).Build(), "0.1"),
            ("flag", new BooleanArray.Builder().Append(true).Build(), "true"), ("decimal", decimals.Build(), "-1.1"), ("wide", wide.Build(), "12345678901234567890123456789012345678"),
            ("date32", new Date32Array.Builder().Append(new DateOnly(1969, 12, 31)).Build(), "1969-12-31"), ("date64", new Date64Array.Builder().Append(new DateOnly(2024, 2, 29)).Build(), "2024-02-29"),
            ("seconds", Times(new TimestampType(TimeUnit.Second, (string?)null), -1), "1969-12-31 23:59:59"), ("millis", Times(new TimestampType(TimeUnit.Millisecond, (string?)null), 1500), "1970-01-01 00:00:01.5"),
            ("micros", Times(new TimestampType(TimeUnit.Microsecond, (string?)null), 1), "1970-01-01 00:00:00.000001"), ("nanos", Times(new TimestampType(TimeUnit.Nanosecond, (string?)null), 1000), "1970-01-01 00:00:00.000001"),
            ("zoned", Times(new TimestampType(TimeUnit.Second, "Europe/Zurich"), 0), "1970-01-01 00:00:00+00"),
            ("text", new StringArray.Builder().Append("ä").Build(), "ä"), ("large", new LargeStringArray.Builder().Append("").Build(), ""), ("view", new StringViewArray.Builder().Append("a text of more than twelve bytes").Build(), "a text of more than twelve bytes"),
            ("dictionary", new DictionaryArray(new DictionaryType(Int8Type.Default, StringType.Default, false), new Int8Array.Builder().Append(1).Build(), new StringArray.Builder().Append("no").Append("yes").Build()), "yes"),
            ("numbers", new DictionaryArray(new DictionaryType(UInt16Type.Default, DoubleType.Default, false), new UInt16Array.Builder().Append(0).Build(), new DoubleArray.Builder().Append(2.5).Build()), "2.5"),
        ];
        using RecordBatch batch = new(new Schema([.. columns.Select(column => new Field(column.Name, column.Array.Data.DataType, true))], null), columns.Select(column => column.Array), 1);
        using DataSource source = ArrowSource.Open(batch, "the batch", null, TestContext.Current.CancellationToken);
        string?[] row = source.Session.Table($"SELECT {string.Join(", ", columns.Select((_, i) => $"t{i}"))} FROM ({source.Table.TextAndTypedRows(new HpcLinReg.Data.Sources.SourceColumn?[columns.Length])})")[0];
        Assert.Equal(columns.Select(column => column.Text), row);
    }

    [Fact]
    public void Missing_values_of_each_kind_are_missing()
    {
        IArrowArray[] arrays =
        [
            new Int64Array.Builder().AppendNull().Append(1).Build(), new StringArray.Builder().AppendNull().Append("a").Build(), new BooleanArray.Builder().AppendNull().Append(true).Build(),
            new Date32Array.Builder().AppendNull().Append(new DateOnly(2024, 1, 1)).Build(), new NullArray(2),
            new DictionaryArray(new DictionaryType(Int8Type.Default, StringType.Default, false), new Int8Array.Builder().AppendNull().Append(0).Build(), new StringArray.Builder().Append("a").Build()),
            new DictionaryArray(new DictionaryType(Int8Type.Default, StringType.Default, false), new Int8Array.Builder().Append(0).Append(1).Build(), new StringArray.Builder().AppendNull().Append("a").Build()),
        ];
        using RecordBatch batch = new(new Schema([.. arrays.Select((array, i) => new Field($"c{i}", array.Data.DataType, true))], null), arrays, 2);
        using DataSource source = ArrowSource.Open(batch, "the batch", null, TestContext.Current.CancellationToken);
        List<string?[]> rows = source.Session.Table($"SELECT {string.Join(", ", arrays.Select((_, i) => $"t{i}"))} FROM ({source.Table.TextAndTypedRows(new HpcLinReg.Data.Sources.SourceColumn?[arrays.Length])})");
        Assert.All(rows[0], Assert.Null);
        Assert.Equal(["1", "a", "true", "2024-01-01", null, "a", "a"], rows[1]);
    }

    [Fact]
    public void What_is_no_value_of_a_regression_is_refused_by_name()
    {
        ListArray.Builder list = new(Int32Type.Default);
        list.Append();
        AssertRefused<UsageException>(list.Build(), "'c' is of the Arrow type list");
        AssertRefused<UsageException>(new BinaryArray.Builder().Append(1).Build(), "'c' is of the Arrow type binary");
        AssertRefused<UsageException>(new Time64Array.Builder(TimeUnit.Microsecond).Append(1).Build(), "'c' is of the Arrow type time64");
        AssertRefused<HpcLinReg.Data.DataException>(Times(new TimestampType(TimeUnit.Nanosecond, (string?)null), 1001), "'c' in row 1 (counted from 1) has nanoseconds (1001 since 1970); cast the column to microseconds");
        AssertRefused<HpcLinReg.Data.DataException>(Times(new TimestampType(TimeUnit.Second, (string?)null), long.MaxValue), "outside of the years 1 to 9999");
    }

    [Fact]
    public async Task Batches_need_the_columns_of_the_first_and_a_token_stops_them()
    {
        using RecordBatch first = One(new Int64Array.Builder().Append(1).Build()), second = One(new DoubleArray.Builder().Append(1).Build());
        UsageException error = await Assert.ThrowsAsync<UsageException>(() => ArrowSource.OpenBatchesAsync(new[] { first, second }.ToAsyncEnumerable(), "the batches", null, TestContext.Current.CancellationToken));
        Assert.Contains("Batch 2 has the columns 'c' (double), and the first one has 'c' (int64)", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<UsageException>(() => ArrowSource.OpenBatchesAsync(AsyncEnumerable.Empty<RecordBatch>(), "nothing", null, TestContext.Current.CancellationToken));
        Assert.Throws<OperationCanceledException>(() => ArrowSource.Open(first, "the batch", null, new CancellationToken(true)));
        Assert.Single(first.Arrays);
    }

    private static RecordBatch One(IArrowArray array) => new(new Schema([new Field("c", array.Data.DataType, true)], null), [array], array.Length);

    private static void AssertRefused<T>(IArrowArray array, string message)
        where T : Exception
    {
        using RecordBatch batch = One(array);
        Assert.Contains(message, Assert.Throws<T>(() => ArrowSource.Open(batch, "the batch", null, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
    }

    private static TimestampArray Times(TimestampType type, long value)
    {
        Int64Array values = new Int64Array.Builder().Append(value).Build();
        return new TimestampArray(type, values.ValueBuffer, ArrowBuffer.Empty, 1, 0, 0);
    }

    private static async IAsyncEnumerable<RecordBatch> Parts(RecordBatch batch)
    {
        for (int first = 0; first < batch.Length; first += 1700)
        {
            await Task.Yield();
            yield return batch.Slice(first, Math.Min(1700, batch.Length - first));
        }
    }

    private static RecordBatch Batch()
    {
        using DataTable table = RowSourceTests.Table();
        DoubleArray.Builder x = new(), y = new();
        Int64Array.Builder whole = new();
        Int16Array.Builder index = new();
        BooleanArray.Builder flag = new();
        TimestampArray.Builder day = new(new TimestampType(TimeUnit.Microsecond, (string?)null));
        foreach (DataRow row in table.Rows)
        {
            _ = row["x"] is double number ? x.Append(number) : x.AppendNull();
            whole.Append((long)row["whole"]);
            _ = row["s"] is string text ? index.Append((short)(text[1] - '0')) : index.AppendNull();
            flag.Append((bool)row["flag"]);
            day.Append(new DateTimeOffset((DateTime)row["day"]));
            y.Append((double)row["y"]);
        }

        DictionaryType type = new(Int16Type.Default, StringType.Default, false);
        DictionaryArray s = new(type, index.Build(), new StringArray.Builder().AppendRange(Enumerable.Range(0, 3).Select(i => string.Create(CultureInfo.InvariantCulture, $"k{i}"))).Build());
        IArrowArray[] arrays = [x.Build(), whole.Build(), s, flag.Build(), day.Build(), y.Build()];
        return new RecordBatch(new Schema([.. table.Columns.Cast<System.Data.DataColumn>().Zip(arrays, (column, array) => new Field(column.ColumnName, array.Data.DataType, true))], null), arrays, RowSourceTests.Rows);
    }
}
