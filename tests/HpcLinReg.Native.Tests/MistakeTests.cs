using System.Text;

namespace HpcLinReg.Native.Tests;

/// <summary>What a caller can get wrong is a status and a message that names it, and never an exception.</summary>
public unsafe class MistakeTests
{
    private static readonly double[] X = [1, 2, 3, 5, 8, 13, 21, 35], Y = [1, 2, 4, 7];

    [Theory]
    [InlineData(-1, 2, 2, 1, "x.rows is -1")]
    [InlineData(4, -2, 2, 1, "x.columns is -2")]
    [InlineData(4, 50_000, 2, 1, "x.columns is 50000")]
    [InlineData(long.MaxValue, 2, long.MaxValue, 1, "do not fit into memory")]
    [InlineData(4, 2, long.MinValue, long.MinValue, "do not fit into memory")]
    [InlineData(3, 2, 2, 1, "y.rows is 4, but x has 3 rows")]
    [InlineData(0, 2, 2, 1, "y.rows is 4, but x has 0 rows")]
    public void A_shape_that_cannot_be(long rows, long columns, long rowStride, long columnStride, string message)
    {
        fixed (double* x = X, y = Y)
        {
            var matrix = new MatrixArgument { Values = x, Rows = rows, Columns = columns, RowStride = rowStride, ColumnStride = columnStride };
            Assert.Equal(Status.BadArgument, Caller.Fit(matrix, Caller.Matrix(y, 4, 1), null, FitSettings.Default, out _));
            Assert.Contains(message, Caller.LastError(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Null_and_empty()
    {
        fixed (double* x = X, y = Y)
        {
            MatrixArgument rows = Caller.Matrix(x, 4, 2), targets = Caller.Matrix(y, 4, 1);
            Refused(Caller.Fit(Caller.Matrix(null, 4, 2), targets, null, FitSettings.Default, out _), "x.values is null, but there are 4 rows and 2 columns");
            Refused(Caller.Fit(Caller.Matrix(x, 0, 2), Caller.Matrix(y, 0, 1), null, FitSettings.Default, out _), "x has no rows");
            Refused(Caller.Fit(rows, Caller.Matrix(y, 4, 0), null, FitSettings.Default, out _), "y has no columns");
            Refused(Caller.Fit(rows, targets, new VectorArgument { Values = null, Length = 4, Stride = 1 }, FitSettings.Default, out _), "weights.values is null");
            Refused(Caller.Fit(rows, targets, new VectorArgument { Values = y, Length = -4, Stride = 1 }, FitSettings.Default, out _), "weights.length is -4");
            delegate* unmanaged<MatrixArgument*, MatrixArgument*, VectorArgument*, byte**, FitSettings*, long*, int> fit = &Exports.Fit;
            long model;
            Refused((Status)fit(null, &targets, null, null, null, &model), "x is null");
            Refused((Status)fit(&rows, null, null, null, null, &model), "y is null");
            Refused((Status)fit(&rows, &targets, null, null, null, null), "models is null");
            byte** names = stackalloc byte*[3];
            names[0] = names[1] = names[2] = null;
            Refused((Status)fit(&rows, &targets, null, names, null, &model), "names[0] is null");
        }
    }

    [Fact]
    public void Options_out_of_range_and_names_that_are_no_text()
    {
        fixed (double* x = X, y = Y)
        {
            MatrixArgument rows = Caller.Matrix(x, 4, 2), targets = Caller.Matrix(y, 4, 1);
            Refused(Caller.Fit(rows, targets, null, FitSettings.Default with { Size = 0 }, out _), "options.size is 0");
            Refused(Caller.Fit(rows, targets, null, FitSettings.Default with { Intercept = 2 }, out _), "options.intercept is 2");
            Refused(Caller.Fit(rows, targets, null, FitSettings.Default with { Ridge = double.NaN }, out _), "ridge");
            Refused(Caller.Fit(rows, targets, null, FitSettings.Default with { Threads = 0 }, out _), "options.threads is 0");
            Refused(Caller.Fit(rows, targets, null, FitSettings.Default with { RankDeficient = 7 }, out _), "options.rank_deficient is 7");
            fixed (byte* bad = new byte[] { 0xFF, 0 }, good = "a\0"u8)
            {
                byte** names = stackalloc byte*[3];
                names[0] = names[2] = good;
                names[1] = bad;
                delegate* unmanaged<MatrixArgument*, MatrixArgument*, VectorArgument*, byte**, FitSettings*, long*, int> fit = &Exports.Fit;
                long model;
                Refused((Status)fit(&rows, &targets, null, names, null, &model), "names[1] is no text in UTF-8");
                names[1] = good;
                Refused((Status)fit(&rows, &targets, null, names, null, &model), "'a'");
            }
        }
    }

    [Fact]
    public void Handles_that_are_stale_foreign_or_of_another_kind()
    {
        Assert.Equal(Status.Ok, Caller.NewAccumulator(3, 0, out long accumulator));
        Assert.Equal(Status.Ok, Caller.NewAccumulator(3, 0, out long stale));
        Assert.Equal(Status.Ok, Caller.Release(stale));
        Assert.NotEqual(accumulator, stale);
        foreach (long handle in (long[])[0, -1, 1, stale, stale + (1L << 32), long.MinValue, long.MaxValue])
        {
            Assert.Equal(Status.BadHandle, Caller.Release(handle));
            Assert.Contains($"{handle}", Caller.LastError(), StringComparison.Ordinal);
            Assert.Equal(Status.BadHandle, Caller.Predict(handle, default, null));
            Assert.Equal(Status.BadHandle, Caller.Info(handle, out _));
            Assert.Equal(Status.BadHandle, Caller.Merge(accumulator, handle));
            Assert.Equal(Status.BadHandle, Caller.Coefficients(handle, [0], out _));
        }

        Assert.Equal(Status.BadHandle, Caller.Predict(accumulator, default, null));
        Assert.Equal("model is the handle of an accumulator, not of a model.", Caller.LastError());
        Assert.Equal(Status.Ok, Caller.Release(accumulator));
    }

    [Fact]
    public void A_call_that_fails_leaves_the_accumulator_as_it_was()
    {
        Assert.Equal(Status.Ok, Caller.NewAccumulator(2, 0, out long accumulator));
        double[] cells = new double[10_000];
        cells[9_001] = double.PositiveInfinity;
        fixed (double* x = cells)
        {
            Refused(Caller.Add(accumulator, Caller.Matrix(x, 5000, 2)), "Row 4500");
            var byColumns = new MatrixArgument { Values = x, Rows = 5000, Columns = 2, RowStride = 1, ColumnStride = 5000 };
            Refused(Caller.Add(accumulator, byColumns), "Row 4001");
            Assert.Equal(Status.Ok, Caller.Add(accumulator, Caller.Matrix(x, 3000, 2)));
            Refused(Caller.Add(accumulator, Caller.Matrix(x, 10, 2) with { Columns = 1 }), "made for 2");
        }

        Assert.Equal(Status.Ok, Caller.Info(accumulator, out SumsFacts facts));
        Assert.Equal((3000L, 3000L), (facts.Rows, facts.NextRow));
        Assert.Equal(Status.Ok, Caller.Release(accumulator));
    }

    [Fact]
    public void Predictions_over_the_rows_that_are_read()
    {
        double[] cells = [.. X, 0, 0];
        fixed (double* x = cells, y = Y)
        {
            MatrixArgument rows = Caller.Matrix(x, 4, 2);
            Assert.Equal(Status.Ok, Caller.Fit(rows, Caller.Matrix(y, 4, 1), null, FitSettings.Default, out long[] models));
            Refused(Caller.Predict(models[0], rows, x + 5), "predictions overlaps x");
            Refused(Caller.Predict(models[0], rows with { Values = x + 6, RowStride = -2 }, x + 1), "predictions overlaps x");
            Refused(Caller.Predict(models[0], rows, null), "predictions is null");
            Refused(Caller.Predict(models[0], rows with { Columns = 1 }, y), "x has 1 columns, but the model reads 2");
            cells[3] = double.NaN;
            double* p = stackalloc double[4];
            Refused(Caller.Predict(models[0], rows, p), "Row 1 (counted from 0), column 'x2', is NaN");
        }
    }

    [Fact]
    public void A_message_is_cut_where_a_character_ends_and_cleared_by_success()
    {
        Assert.Equal(Status.BadFormat, Caller.Load(Encoding.UTF8.GetBytes("{\"ü\":"), out _));
        string whole = Caller.LastError();
        for (int capacity = 1; capacity <= Encoding.UTF8.GetByteCount(whole) + 1; capacity++)
        {
            string cut = Caller.LastError(capacity);
            Assert.StartsWith(cut, whole, StringComparison.Ordinal);
            Assert.InRange(Encoding.UTF8.GetByteCount(cut), capacity - 4, capacity - 1);
        }

        Assert.Equal(Status.Ok, Caller.NewAccumulator(1, 0, out long accumulator));
        Assert.Equal("", Caller.LastError());
        Assert.Equal(Status.Ok, Caller.Release(accumulator));
    }

    /// <summary>Their standard errors would be those of inverse variances.</summary>
    [Fact]
    public void Sums_of_frequencies_are_not_read()
    {
        var sums = new MomentsAccumulator(2, 0, MomentsPrecision.DoubleDouble);
        sums.Add(new MatrixSpan<double>(X, 1), new MatrixSpan<double>([.. Y, .. Y], 1), [1, 2, 3, 1, 2, 3, 1, 2]);
        foreach (WeightKind kind in Enum.GetValues<WeightKind>())
        {
            using MemoryStream file = new();
            new MomentsFile(sums, new MomentsFacts { Weights = "w", WeightKind = kind }).Save(file);
            Assert.Equal(kind == WeightKind.Frequency ? Status.BadFormat : Status.Ok, Caller.Load(file.ToArray(), out long handle));
            Assert.Equal(kind == WeightKind.Frequency, Caller.LastError().Contains("frequencies", StringComparison.Ordinal));
            Assert.Equal(kind == WeightKind.Frequency ? Status.BadHandle : Status.Ok, Caller.Release(handle));
        }
    }

    [Fact]
    public void Merges_of_two_threads_in_both_directions_end()
    {
        Assert.Equal(Status.Ok, Caller.NewAccumulator(1, 0, out long first));
        Assert.Equal(Status.Ok, Caller.NewAccumulator(1, 0, out long second));
        Parallel.For(0, 200, i => Assert.Equal(Status.Ok, Caller.Merge(i % 2 == 0 ? first : second, i % 2 == 0 ? second : first)));
        Assert.Equal(Status.Ok, Caller.Merge(first, first));
        Assert.Equal(Status.Ok, Caller.Release(first));
        Assert.Equal(Status.Ok, Caller.Release(second));
    }

    private static void Refused(Status status, string message)
    {
        Assert.Equal(Status.BadArgument, status);
        Assert.Contains(message, Caller.LastError(), StringComparison.Ordinal);
    }
}
