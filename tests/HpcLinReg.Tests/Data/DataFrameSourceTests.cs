using System.Data;
using HpcLinReg.Data;
using Microsoft.Data.Analysis;

namespace HpcLinReg.Tests.Data;

/// <summary>Data frames fit to the bits of the same rows in a file.</summary>
public sealed class DataFrameSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_frame_has_the_bits_of_a_file()
    {
        using DataTable table = RowSourceTests.Table();
        DataRow[] rows = [.. table.Rows.Cast<DataRow>()];
        DataFrame frame = new(
            new DoubleDataFrameColumn("x", rows.Select(row => row["x"] as double?)), new Int64DataFrameColumn("whole", rows.Select(row => (long)row["whole"])),
            new StringDataFrameColumn("s", rows.Select(row => row["s"] as string)!), new BooleanDataFrameColumn("flag", rows.Select(row => (bool)row["flag"])),
            new DateTimeDataFrameColumn("day", rows.Select(row => (DateTime)row["day"])), new DoubleDataFrameColumn("y", rows.Select(row => (double)row["y"])));
        RegressionModel model = RowSourceTests.Model(DataFrameSource.Open(frame, "the frame", null, TestContext.Current.CancellationToken));
        Assert.Equal(RowSourceTests.Bits(RowSourceTests.OfFile(_folder)), RowSourceTests.Bits(model));
    }

    [Fact]
    public void Every_type_is_read_as_its_text_says()
    {
        (DataFrameColumn Column, string Text)[] columns =
        [
            (new SByteDataFrameColumn("a", [-7]), "-7"), (new ByteDataFrameColumn("b", [255]), "255"), (new Int16DataFrameColumn("c", [-300]), "-300"), (new UInt16DataFrameColumn("d", [65535]), "65535"),
            (new Int32DataFrameColumn("e", [-70000]), "-70000"), (new UInt32DataFrameColumn("f", [uint.MaxValue]), "4294967295"), (new UInt64DataFrameColumn("g", [ulong.MaxValue]), "18446744073709551615"),
            (new SingleDataFrameColumn("h", [0.25f]), "0.25"), (new DecimalDataFrameColumn("i", [0.1m]), "0.1"), (new CharDataFrameColumn("j", ['ä']), "ä"), (new StringDataFrameColumn("k", [""]), ""),
        ];
        using DataSource source = DataFrameSource.Open(new DataFrame(columns.Select(column => column.Column)), "the frame", null, TestContext.Current.CancellationToken);
        string?[] row = source.Session.Table($"SELECT {string.Join(", ", columns.Select((_, i) => $"t{i}"))} FROM ({source.Table.TextAndTypedRows(new HpcLinReg.Data.Sources.SourceColumn?[columns.Length])})")[0];
        Assert.Equal(columns.Select(column => column.Text), row);
    }

    [Fact]
    public void Vectors_are_refused_by_name_and_a_token_stops_the_copying()
    {
        DataFrame vectors = new(new VBufferDataFrameColumn<float>("v", 1));
        Assert.Contains("'v' has values of type", Assert.Throws<UsageException>(() => DataFrameSource.Open(vectors, "the frame", null, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
        DataFrame frame = new(new DoubleDataFrameColumn("x", [1.0]));
        Assert.Throws<OperationCanceledException>(() => DataFrameSource.Open(frame, "the frame", null, new CancellationToken(true)));
    }
}
