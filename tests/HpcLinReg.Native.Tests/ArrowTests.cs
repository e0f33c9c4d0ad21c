using Apache.Arrow;
using Apache.Arrow.C;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;

namespace HpcLinReg.Native.Tests;

/// <summary>Streams that Apache.Arrow exports: another implementation of the C interface than the tests' own.</summary>
public unsafe class ArrowTests
{
    private const int Rows = 5000;

    /// <summary>Batches of any size, and slices of them, whose buffers begin before their first row.</summary>
    [Theory]
    [InlineData(Rows, 0)]
    [InlineData(777, 0)]
    [InlineData(1000, 13)]
    public void Rows_of_a_stream_give_the_bits_of_the_same_rows(int batchRows, int cut)
    {
        (RecordBatch table, double[] dense) = Table(withNulls: false);
        List<RecordBatch> batches = [];
        for (int start = cut; start < Rows; start += batchRows)
        {
            batches.Add(table.Slice(start, Math.Min(batchRows, Rows - start)));
        }

        Assert.Equal(Status.Ok, AddArrow(7, batches, skipMissing: false, out long streamed, out long skipped));
        Assert.Equal(Status.Ok, Caller.NewAccumulator(7, 0, out long added));
        fixed (double* cells = dense)
        {
            Assert.Equal(Status.Ok, Caller.Add(added, Caller.Matrix(cells + (cut * 7), Rows - cut, 7)));
        }

        Assert.Equal(0, skipped);
        Assert.Equal(Sums(added), Sums(streamed));
    }

    [Fact]
    public void Nulls_are_refused_by_row_and_column_or_left_out()
    {
        (RecordBatch table, double[] dense) = Table(withNulls: true);
        List<RecordBatch> batches = [table.Slice(3, 1500), table.Slice(1503, Rows - 1503)];
        Assert.Equal(Status.BadArgument, AddArrow(7, batches, skipMissing: false, out _, out _));
        Assert.Contains("Row 8 (counted from 0) of the Arrow stream, column 'whole', is missing", Caller.LastError(), StringComparison.Ordinal);
        (table, _) = Table(withNulls: true);
        batches = [table.Slice(3, 1500), table.Slice(1503, Rows - 1503)];
        Assert.Equal(Status.Ok, AddArrow(7, batches, skipMissing: true, out long streamed, out long skipped));
        Assert.Equal(Enumerable.Range(3, Rows - 3).Count(IsNull), skipped);
        Assert.Equal(Status.Ok, Caller.NewAccumulator(7, 0, out long added));
        delegate* unmanaged<long, long, int> skip = &Exports.Skip;
        fixed (double* cells = dense)
        {
            for (int i = 3; i < Rows; i++)
            {
                Assert.Equal(Status.Ok, IsNull(i) ? (Status)skip(added, 1) : Caller.Add(added, Caller.Matrix(cells + (i * 7), 1, 7)));
            }
        }

        Assert.Equal(Sums(added), Sums(streamed));
    }

    [Fact]
    public void Columns_that_are_no_numbers_are_refused_by_name()
    {
        StringArray texts = new StringArray.Builder().Append("a").Append("b").Build();
        RecordBatch batch = new(new Schema([new Field("town", StringType.Default, true)], null), [texts], 2);
        Assert.Equal(Status.BadArgument, AddArrow(1, [batch], skipMissing: true, out _, out _));
        Assert.Contains("Arrow column 'town' is of the format 'u'", Caller.LastError(), StringComparison.Ordinal);
    }

    private static bool IsNull(int row) => row % 11 == 0;

    private static (RecordBatch Table, double[] Dense) Table(bool withNulls)
    {
        var random = new Random(3);
        var real = new DoubleArray.Builder();
        var single = new FloatArray.Builder();
        var whole = new Int64Array.Builder();
        var small = new Int8Array.Builder();
        var unsigned = new UInt16Array.Builder();
        var flag = new BooleanArray.Builder();
        var target = new DoubleArray.Builder();
        double[] dense = new double[Rows * 7];
        for (int i = 0; i < Rows; i++)
        {
            double[] row = [random.NextDouble(), random.NextSingle(), random.NextInt64(-(1L << 40), 1L << 40), random.Next(-128, 128), random.Next(65_536), random.Next(2), random.NextDouble()];
            row.CopyTo(dense, i * 7);
            real.Append(row[0]);
            single.Append((float)row[1]);
            _ = withNulls && IsNull(i) ? whole.AppendNull() : whole.Append((long)row[2]);
            small.Append((sbyte)row[3]);
            unsigned.Append((ushort)row[4]);
            flag.Append(row[5] == 1);
            target.Append(row[6]);
        }

        IArrowArray[] columns = [real.Build(), single.Build(), whole.Build(), small.Build(), unsigned.Build(), flag.Build(), target.Build()];
        string[] names = ["real", "single", "whole", "small", "unsigned", "flag", "target"];
        Schema schema = new(columns.Select((column, j) => new Field(names[j], column.Data.DataType, nullable: true)), null);
        return (new RecordBatch(schema, columns, Rows), dense);
    }

    private static Status AddArrow(int columns, List<RecordBatch> batches, bool skipMissing, out long accumulator, out long skipped)
    {
        Assert.Equal(Status.Ok, Caller.NewAccumulator(columns, 0, out accumulator));
        CArrowArrayStream* exported = CArrowArrayStream.Create();
        CArrowArrayStreamExporter.ExportArrayStream(new Batches(batches), exported);
        delegate* unmanaged<long, ArrowStream*, byte*, int, long*, int> add = &Exports.AddArrow;
        long missing = -1;
        int status = add(accumulator, (ArrowStream*)exported, null, skipMissing ? 1 : 0, &missing);

        // Taken over, and so released already.
        Assert.True(((ArrowStream*)exported)->Release is null);
        CArrowArrayStream.Free(exported);
        skipped = missing;
        return (Status)status;
    }

    private static byte[] Sums(long accumulator) => Caller.Save(accumulator);

    private sealed class Batches(List<RecordBatch> batches) : IArrowArrayStream
    {
        private int _next;

        public Schema Schema => batches[0].Schema;

        public ValueTask<RecordBatch> ReadNextRecordBatchAsync(CancellationToken cancellationToken = default) =>
            new(_next < batches.Count ? batches[_next++] : null!);

        public void Dispose()
        {
        }
    }
}
