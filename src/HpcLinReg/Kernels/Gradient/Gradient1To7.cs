using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace HpcLinReg.Kernels;

/// <summary>
/// Computes Σr², Σr and Xᵀr for fewer than eight columns. The lanes of a line are eight rows: each column of eight rows is
/// gathered once, and residuals stay in a register. Each sum is folded from eight chains, lane l over the rows i ≡ l (mod 8),
/// so a block has to be passed whole.
/// </summary>
/// <remarks>
/// There is one accumulator for each column: loading a column of eight rows takes about as long as a multiply-add, so more would
/// not help. The number of columns is a type parameter, so that each compiled loop has just its columns in registers. Per row 4d
/// flops (2d for Xᵀr alone) and d elements read. Error of a sum over n rows: γ(n/8 + 3) times the sum of its terms' magnitudes.
/// </remarks>
internal static class Gradient1To7
{
    /// <summary>A number of columns, known when a loop is compiled.</summary>
    private interface IColumns
    {
        static abstract int Count { get; }
    }

    /// <summary>Whether residuals are computed or given, known when a loop is compiled.</summary>
    private interface IResiduals
    {
        static abstract bool AreComputed { get; }
    }

    /// <summary>Returns Σr² and Σr of r = Xw + b − y, and computes sums += Xᵀr, for at most one block of rows.</summary>
    internal static (double Squares, double Sum) ResidualSums<T>(
        MatrixSpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<double> weights, double intercept, Span<double> sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Dispatch<T, Computed>(x, ref MemoryMarshal.GetReference(y), weights, intercept, ref Unsafe.NullRef<double>(), sums);

    /// <summary>Computes sums += Xᵀr for at most one block of rows.</summary>
    internal static void Products<T>(MatrixSpan<T> x, ReadOnlySpan<double> residuals, Span<double> sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Dispatch<T, Given>(x, ref Unsafe.NullRef<T>(), default, 0, ref MemoryMarshal.GetReference(residuals), sums);

    private static (double Squares, double Sum) Dispatch<T, TResiduals>(
        MatrixSpan<T> x, ref T y, ReadOnlySpan<double> weights, double intercept, ref double residuals, Span<double> sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TResiduals : struct, IResiduals
    {
        return x.Columns switch
        {
            1 => Pass<T, One, TResiduals>(x, ref y, weights, intercept, ref residuals, sums),
            2 => Pass<T, Two, TResiduals>(x, ref y, weights, intercept, ref residuals, sums),
            3 => Pass<T, Three, TResiduals>(x, ref y, weights, intercept, ref residuals, sums),
            4 => Pass<T, Four, TResiduals>(x, ref y, weights, intercept, ref residuals, sums),
            5 => Pass<T, Five, TResiduals>(x, ref y, weights, intercept, ref residuals, sums),
            6 => Pass<T, Six, TResiduals>(x, ref y, weights, intercept, ref residuals, sums),
            7 => Pass<T, Seven, TResiduals>(x, ref y, weights, intercept, ref residuals, sums),
            _ => Pass<T, None, TResiduals>(x, ref y, weights, intercept, ref residuals, sums),
        };
    }

    /// <summary>Does the work for one number of columns.</summary>
    [Unrolled]
    private static (double Squares, double Sum) Pass<T, TColumns, TResiduals>(
        MatrixSpan<T> x, ref T y, ReadOnlySpan<double> weights, double intercept, ref double residuals, Span<double> sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TColumns : struct, IColumns
        where TResiduals : struct, IResiduals
    {
        ref T first = ref MemoryMarshal.GetReference(x.Values);
        ref double w = ref MemoryMarshal.GetReference(weights);
        int rows = x.Rows;
        int whole = rows - (rows % Line.Lanes);

        // The last rows are copied and padded with zeros, so that one loop without calls serves all rows: a call inside the loop would
        // force all vectors into memory.
        Span<T> lastX = stackalloc T[Line.Lanes * (Line.Lanes - 1)];
        Span<T> lastY = stackalloc T[Line.Lanes];
        Span<double> lastResiduals = stackalloc double[Line.Lanes];
        lastX.Clear();
        lastY.Clear();
        lastResiduals.Clear();
        for (int row = whole; row < rows; row++)
        {
            x[row].CopyTo(lastX[((row - whole) * TColumns.Count)..]);
            lastY[row - whole] = TResiduals.AreComputed ? Unsafe.Add(ref y, row) : default;
            lastResiduals[row - whole] = TResiduals.AreComputed ? 0 : Unsafe.Add(ref residuals, row);
        }

        Vector512<double> lastRows = Line.FirstLanes(rows - whole);
        Vector512<double> squares = default, sum = default;
        Vector512<double> sum0 = default, sum1 = default, sum2 = default, sum3 = default, sum4 = default, sum5 = default, sum6 = default;
        for (int row = 0; row < rows; row += Line.Lanes)
        {
            bool last = row == whole;
            ref T cell = ref last ? ref lastX[0] : ref Unsafe.Add(ref first, (nint)row * x.RowStride);
            int stride = last ? TColumns.Count : x.RowStride;
            for (int line = 0; line < TColumns.Count; line++)
            {
                Prefetch.Ahead(ref Unsafe.Add(ref cell, line * Line.Lanes));
            }

            if (TResiduals.AreComputed)
            {
                Prefetch.Ahead(ref Unsafe.Add(ref y, row));
            }

            Vector512<double> x0, x1, x2, x3, x4, x5, x6;
            Load<T, TColumns>(ref cell, stride, out x0, out x1, out x2, out x3, out x4, out x5, out x6);
            Vector512<double> r;
            if (TResiduals.AreComputed)
            {
                // The chain of Predictions: b, then one multiply-add a column.
                r = Vector512.Create(intercept);
                r = TColumns.Count > 0 ? Vector512.MultiplyAddEstimate(x0, Vector512.Create(w), r) : r;
                r = TColumns.Count > 1 ? Vector512.MultiplyAddEstimate(x1, Vector512.Create(Unsafe.Add(ref w, 1)), r) : r;
                r = TColumns.Count > 2 ? Vector512.MultiplyAddEstimate(x2, Vector512.Create(Unsafe.Add(ref w, 2)), r) : r;
                r = TColumns.Count > 3 ? Vector512.MultiplyAddEstimate(x3, Vector512.Create(Unsafe.Add(ref w, 3)), r) : r;
                r = TColumns.Count > 4 ? Vector512.MultiplyAddEstimate(x4, Vector512.Create(Unsafe.Add(ref w, 4)), r) : r;
                r = TColumns.Count > 5 ? Vector512.MultiplyAddEstimate(x5, Vector512.Create(Unsafe.Add(ref w, 5)), r) : r;
                r = TColumns.Count > 6 ? Vector512.MultiplyAddEstimate(x6, Vector512.Create(Unsafe.Add(ref w, 6)), r) : r;
                r -= Line.Load(ref last ? ref lastY[0] : ref Unsafe.Add(ref y, row), 0);
                r &= last ? lastRows : Vector512<double>.AllBitsSet;
                squares = Vector512.MultiplyAddEstimate(r, r, squares);
                sum += r;
            }
            else
            {
                r = Line.Load(ref last ? ref lastResiduals[0] : ref Unsafe.Add(ref residuals, row), 0);
            }

            sum0 = TColumns.Count > 0 ? Vector512.MultiplyAddEstimate(x0, r, sum0) : sum0;
            sum1 = TColumns.Count > 1 ? Vector512.MultiplyAddEstimate(x1, r, sum1) : sum1;
            sum2 = TColumns.Count > 2 ? Vector512.MultiplyAddEstimate(x2, r, sum2) : sum2;
            sum3 = TColumns.Count > 3 ? Vector512.MultiplyAddEstimate(x3, r, sum3) : sum3;
            sum4 = TColumns.Count > 4 ? Vector512.MultiplyAddEstimate(x4, r, sum4) : sum4;
            sum5 = TColumns.Count > 5 ? Vector512.MultiplyAddEstimate(x5, r, sum5) : sum5;
            sum6 = TColumns.Count > 6 ? Vector512.MultiplyAddEstimate(x6, r, sum6) : sum6;
        }

        Add(sums, 0, sum0);
        Add(sums, 1, sum1);
        Add(sums, 2, sum2);
        Add(sums, 3, sum3);
        Add(sums, 4, sum4);
        Add(sums, 5, sum5);
        Add(sums, 6, sum6);
        return (Line.Fold(squares), Line.Fold(sum));
    }

    /// <summary>
    /// Loads the columns of eight rows: by shuffles four at a time, from five on the last four as well, which overlap the first; two or
    /// three if there are no gaps between rows.
    /// </summary>
    [Unrolled]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load<T, TColumns>(
        ref T cell, int stride, out Vector512<double> x0, out Vector512<double> x1, out Vector512<double> x2, out Vector512<double> x3,
        out Vector512<double> x4, out Vector512<double> x5, out Vector512<double> x6)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TColumns : struct, IColumns
    {
        x1 = x2 = x3 = x4 = x5 = x6 = default;
        if (Avx512F.IsSupported && TColumns.Count > 3)
        {
            Line.LoadFourColumns(ref cell, stride, out x0, out x1, out x2, out x3);
            if (TColumns.Count > 4)
            {
                Line.LoadFourColumns(ref Unsafe.Add(ref cell, TColumns.Count - 4), stride, out Vector512<double> a, out Vector512<double> b,
                    out Vector512<double> c, out Vector512<double> d);
                (x4, x5, x6) = TColumns.Count switch { 5 => (d, x5, x6), 6 => (c, d, x6), _ => (b, c, d) };
            }

            return;
        }

        if (Avx512F.IsSupported && TColumns.Count == 3 && stride == 3)
        {
            Line.LoadThreeColumns(ref cell, out x0, out x1, out x2);
            return;
        }

        if (Avx512F.IsSupported && TColumns.Count == 2 && stride == 2)
        {
            Line.LoadTwoColumns(ref cell, out x0, out x1);
            return;
        }

        x0 = TColumns.Count > 0 ? Line.LoadColumn(ref cell, stride) : default;
        x1 = TColumns.Count > 1 ? Line.LoadColumn(ref Unsafe.Add(ref cell, 1), stride) : default;
        x2 = TColumns.Count > 2 ? Line.LoadColumn(ref Unsafe.Add(ref cell, 2), stride) : default;
        x3 = TColumns.Count > 3 ? Line.LoadColumn(ref Unsafe.Add(ref cell, 3), stride) : default;
        x4 = TColumns.Count > 4 ? Line.LoadColumn(ref Unsafe.Add(ref cell, 4), stride) : default;
        x5 = TColumns.Count > 5 ? Line.LoadColumn(ref Unsafe.Add(ref cell, 5), stride) : default;
        x6 = TColumns.Count > 6 ? Line.LoadColumn(ref Unsafe.Add(ref cell, 6), stride) : default;
    }

    /// <summary>Adds the fold of a line to the sum of a column, if there is such a column.</summary>
    private static void Add(Span<double> sums, int column, Vector512<double> line)
    {
        if (column < sums.Length)
        {
            sums[column] += Line.Fold(line);
        }
    }

    private readonly struct Computed : IResiduals
    {
        public static bool AreComputed => true;
    }

    private readonly struct Given : IResiduals
    {
        public static bool AreComputed => false;
    }

    private readonly struct None : IColumns
    {
        public static int Count => 0;
    }

    private readonly struct One : IColumns
    {
        public static int Count => 1;
    }

    private readonly struct Two : IColumns
    {
        public static int Count => 2;
    }

    private readonly struct Three : IColumns
    {
        public static int Count => 3;
    }

    private readonly struct Four : IColumns
    {
        public static int Count => 4;
    }

    private readonly struct Five : IColumns
    {
        public static int Count => 5;
    }

    private readonly struct Six : IColumns
    {
        public static int Count => 6;
    }

    private readonly struct Seven : IColumns
    {
        public static int Count => 7;
    }
}
