using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests;

/// <summary>What an accumulator refuses it refuses at once, by row and column, and it is as it was before.</summary>
public class MomentsDoorTests
{
    /// <summary>
    /// Calls of all sizes, now and then with one cell that cannot be taken, in any row of the call: what is left has the bits of the calls without those.
    /// </summary>
    [Law(MaxTest = 60)]
    public void A_refused_call_leaves_no_trace(bool twofold, bool apart, bool isFloat, Seed seed)
    {
        var random = new Random(seed);
        int p = 2 + random.Next(18);
        long firstRow = random.Next(3) == 0 ? random.Next(5000) : 0;
        MomentsPrecision precision = twofold ? MomentsPrecision.DoubleDouble : MomentsPrecision.Plain;
        var tried = new MomentsAccumulator(p, firstRow, precision);
        var spared = new MomentsAccumulator(p, firstRow, precision);
        for (int call = 0; call < 12; call++)
        {
            int rows = random.Next(4) switch { 0 => 1, 1 => random.Next(40), 2 => random.Next(3000), _ => 2000 + random.Next(9000) };
            double[] cells = [.. Enumerable.Range(0, rows * p).Select(_ => (double)(float)Families.Normal(random))];
            if (rows > 0 && random.Next(2) == 0)
            {
                int row = random.Next(rows), column = random.Next(p);
                double good = cells[(row * p) + column];
                double bad = (double[])[double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1e200, -1e170] is var kinds ? kinds[random.Next(isFloat ? 3 : 5)] : 0;
                cells[(row * p) + column] = bad;
                Exception refusal = Assert.ThrowsAny<Exception>(() => Add(tried, cells, p, apart, isFloat));
                Assert.True(double.IsFinite(bad) ? refusal is OverflowException : refusal is ArgumentException, refusal.ToString());
                string name = apart && column == p - 1 ? "the target" : $"column {column} of x (counted from 0)";
                Assert.StartsWith($"Row {firstRow + spared.RowCount + row} (counted from 0), {name}, is ", refusal.Message, StringComparison.Ordinal);
                Assert.Equal((spared.FirstRow, spared.RowCount), (tried.FirstRow, tried.RowCount));
                cells[(row * p) + column] = good;
                if (random.Next(2) == 0)
                {
                    continue;
                }
            }

            Add(tried, cells, p, apart, isFloat);
            Add(spared, cells, p, apart, isFloat);
        }

        AssertSame(spared.ToMoments(), tried.ToMoments());
    }

    [Fact]
    public void Weights_of_rows_are_looked_at_before_anything_is_taken()
    {
        var accumulator = new MomentsAccumulator(2, 0, MomentsPrecision.DoubleDouble);
        double[] cells = [.. Enumerable.Range(0, 5000).Select(i => Math.Sin(i))], weights = [.. Enumerable.Range(0, 2500).Select(i => 1 + (i % 3.0))];
        void Add(int count) => accumulator.Add(new MatrixSpan<double>(cells, 2).SliceColumns(0, 1).SliceRows(0, count), new MatrixSpan<double>(cells, 2).SliceColumns(1, 1).SliceRows(0, count), weights.AsSpan(0, count));
        Add(2500);
        var before = accumulator.ToMoments();
        weights[2400] = -1;
        Assert.Contains("row 4900", Assert.Throws<ArgumentException>(() => Add(2500)).Message, StringComparison.Ordinal);
        weights[2400] = 1;
        cells[4801] = double.NaN;
        Assert.Contains("Row 4900 (counted from 0), the target, is NaN", Assert.Throws<ArgumentException>(() => Add(2500)).Message, StringComparison.Ordinal);
        cells[4801] = 0;
        Array.Fill(weights, 1e-300);
        Assert.Throws<OverflowException>(() => new MomentsAccumulator(2, 0, MomentsPrecision.DoubleDouble).Add(new MatrixSpan<double>([1, 2], 2).SliceColumns(0, 1), new MatrixSpan<double>([1, 2], 2).SliceColumns(1, 1), [1e-300]));
        Array.Fill(weights, 1e260);
        Assert.Throws<OverflowException>(() => Add(1));
        Assert.Throws<OverflowException>(() => Add(2500));
        AssertSame(before, accumulator.ToMoments());
    }

    /// <summary>Sums over many calls overflow although those of no call do.</summary>
    [Fact]
    public void Squares_that_overflow_together_are_refused_by_the_call_that_brings_it_about()
    {
        var accumulator = new MomentsAccumulator(["size", "year"]);
        int taken = 0;
        OverflowException? refusal = null;
        while (refusal is null && taken < 100)
        {
            double[] row = [taken % 2 == 0 ? 4e153 : -4e153, 1e140];
            refusal = Record.Exception(() => accumulator.Add(new MatrixSpan<double>(row, 2))) as OverflowException;
            taken++;
        }

        Assert.StartsWith($"Row {taken - 1} (counted from 0), column 'size', is ", refusal?.Message, StringComparison.Ordinal);
        Assert.InRange(taken, 2, 20);
        Assert.Equal(taken - 1, accumulator.RowCount);
        Assert.All(accumulator.ToMoments().CrossProducts, value => Assert.True(double.IsFinite(value)));
        Assert.Equal(1e140, accumulator.ToMoments().Means[1], 1e125);

        // Also of ranges that are joined, and of values that are merged.
        var next = new MomentsAccumulator(["size", "year"], accumulator.RowCount);
        next.Add(new MatrixSpan<double>([6e153, 1e140, 5e153, 1e140], 2));
        Assert.Contains("'size'", Assert.Throws<OverflowException>(() => accumulator.Merge(next)).Message, StringComparison.Ordinal);
        Assert.Contains("'size'", Assert.Throws<OverflowException>(() => accumulator.ToMoments().Merge(next.ToMoments())).Message, StringComparison.Ordinal);
        Assert.Equal(taken - 1, accumulator.ToMoments().Count);
    }

    [Fact]
    public void Fits_name_the_target_and_the_row_too()
    {
        double[] x = [.. Enumerable.Range(0, 5000).Select(i => i % 7.0)], y = [.. Enumerable.Range(0, 5000).Select(i => i % 5.0)];
        y[4321] = double.NaN;
        foreach (int threads in (int[])[1, 2])
        {
            Assert.StartsWith("Row 4321 (counted from 0), the target, is NaN", Assert.Throws<ArgumentException>(() => LinearRegression.Fit(new MatrixSpan<double>(x, 1), y, new FitOptions { Threads = threads })).Message, StringComparison.Ordinal);
        }

        Assert.StartsWith("Row 21 (counted from 0), the target, is NaN", Assert.Throws<ArgumentException>(() => LinearRegression.Fit(new MatrixSpan<double>(x, 1).SliceRows(0, 30), y.AsSpan(4300, 30))).Message, StringComparison.Ordinal);
        Assert.StartsWith("Row 4321 (counted from 0), the target, is NaN", Assert.Throws<ArgumentException>(() => LinearRegression.Fit(new ArrayRows([.. x.Zip(y).SelectMany(row => (double[])[row.First, row.Second])], 2, 900))).Message, StringComparison.Ordinal);
    }

    private static void Add(MomentsAccumulator accumulator, double[] cells, int p, bool apart, bool isFloat)
    {
        if (isFloat)
        {
            Add(accumulator, (float[])[.. cells.Select(cell => (float)cell)], p, apart);
        }
        else
        {
            Add(accumulator, cells, p, apart);
        }
    }

    private static void Add<T>(MomentsAccumulator accumulator, T[] cells, int p, bool apart)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        var rows = new MatrixSpan<T>(cells, p);
        if (apart)
        {
            accumulator.Add(rows.SliceColumns(0, p - 1), (T[])[.. Enumerable.Range(0, cells.Length / p).Select(i => cells[(i * p) + p - 1])]);
        }
        else
        {
            accumulator.Add(rows);
        }
    }

    private static void AssertSame(Moments expected, Moments actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        Assert.Equal(expected.Means.AsSpan(), actual.Means.AsSpan());
        Assert.Equal(expected.CrossProducts.AsSpan(), actual.CrossProducts.AsSpan());
    }
}
