using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using HpcLinReg.Threads;

namespace HpcLinReg.Kernels;

/// <summary>
/// The centred Gram matrix C = Σₖ(aₖ − m)(aₖ − m)ᵀ of a panel of rows, upper triangle. A panel is first centred and packed:
/// line after line of eight columns, each line's rows next to each other, so that the register tile reads forward whatever
/// the caller's stride. Every output is one chain of multiply-adds over the panel's rows, added to the total at its end:
/// lanes hold different outputs and never meet, so tiling may follow the machine without touching bits.
/// Below eight columns lines would be mostly empty: there the panel is packed column by column and each output is a dot
/// product along the rows.
/// </summary>
/// <remarks>
/// Per row d(d + 1) flops in the triangle. Error of entry (i, j) from one panel: γ(128)·Σₖ|aₖᵢ − mᵢ||aₖⱼ − mⱼ| plus the
/// rounding of the centred values, u·|aₖ − m| each (the subtraction is exact when a and m are within a factor of two,
/// Sterbenz).
/// </remarks>
internal static class Gram
{
    /// <summary>
    /// Doubles from one packed line (or narrow column) to the next: a panel and one more line, because a pitch of a power
    /// of two would map every line to the same sets of the L1 cache.
    /// </summary>
    private const int LinePitch = (RowBlocks.PanelRows * Line.Lanes) + Line.Lanes;

    private const int NarrowPitch = RowBlocks.PanelRows + Line.Lanes;

    /// <summary>Columns per register tile: four columns by two lines are eight accumulators, two lines and one broadcast.</summary>
    private const int TileColumns = 4;

    /// <summary>Elements of the packing buffer for so many columns.</summary>
    internal static int PackedLength(int columns) =>
        columns < Line.Lanes ? columns * NarrowPitch : Lines(columns) * LinePitch;

    /// <summary>The row stride of the products.</summary>
    internal static int ProductStride(int columns) => columns < Line.Lanes ? columns : Lines(columns) * Line.Lanes;

    /// <summary>Adds each column's sum, four rows at a time: one chain over (x₀ + x₁) + (x₂ + x₃) per column.</summary>
    internal static void AddColumnSums<T>(MatrixSpan<T> x, Span<double> sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T first = ref MemoryMarshal.GetReference(x.Values);
        ref double sum = ref MemoryMarshal.GetReference(sums);
        nint stride = x.RowStride;
        int row = 0;
        for (; row <= x.Rows - 4; row += 4)
        {
            ref T row0 = ref Unsafe.Add(ref first, row * stride);
            ref T row1 = ref Unsafe.Add(ref row0, stride);
            ref T row2 = ref Unsafe.Add(ref row1, stride);
            ref T row3 = ref Unsafe.Add(ref row2, stride);
            int j = 0;
            for (; j <= x.Columns - Line.Lanes; j += Line.Lanes)
            {
                Vector512<double> four = (Line.Load(ref row0, j) + Line.Load(ref row1, j)) + (Line.Load(ref row2, j) + Line.Load(ref row3, j));
                (Line.Load(ref sum, j) + four).StoreUnsafe(ref sum, (nuint)j);
            }

            for (; j < x.Columns; j++)
            {
                double four = (Line.Widen(Unsafe.Add(ref row0, j)) + Line.Widen(Unsafe.Add(ref row1, j)))
                    + (Line.Widen(Unsafe.Add(ref row2, j)) + Line.Widen(Unsafe.Add(ref row3, j)));
                Unsafe.Add(ref sum, j) += four;
            }
        }

        for (; row < x.Rows; row++)
        {
            for (int j = 0; j < x.Columns; j++)
            {
                Unsafe.Add(ref sum, j) += Line.Widen(Unsafe.Add(ref first, (row * stride) + j));
            }
        }
    }

    /// <summary>
    /// Centres a panel's columns and puts them into the packing buffer from column <paramref name="firstColumn"/> on, so that X
    /// and Y lying apart are packed side by side. Call it for every part, then <see cref="Accumulate"/>.
    /// </summary>
    internal static void Pack<T>(MatrixSpan<T> x, int firstColumn, int columns, ReadOnlySpan<double> means, Span<double> packed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref double target = ref MemoryMarshal.GetReference(packed);
        ref T first = ref MemoryMarshal.GetReference(x.Values);
        ref double mean = ref Unsafe.Add(ref MemoryMarshal.GetReference(means), firstColumn);
        if (columns < Line.Lanes)
        {
            for (int j = 0; j < x.Columns; j++)
            {
                ref double column = ref Unsafe.Add(ref target, (firstColumn + j) * NarrowPitch);
                PackNarrowColumn(ref Unsafe.Add(ref first, j), x.RowStride, x.Rows, Unsafe.Add(ref mean, j), ref column);
            }

            return;
        }

        for (int row = 0; row < x.Rows; row++)
        {
            ref T source = ref Unsafe.Add(ref first, (nint)row * x.RowStride);
            int j = 0;
            if (firstColumn % Line.Lanes == 0)
            {
                for (; j <= x.Columns - Line.Lanes; j += Line.Lanes)
                {
                    int position = ((firstColumn + j) / Line.Lanes * LinePitch) + (row * Line.Lanes);
                    (Line.Load(ref source, j) - Line.Load(ref mean, j)).StoreUnsafe(ref target, (nuint)position);
                }
            }

            for (; j < x.Columns; j++)
            {
                int column = firstColumn + j;
                int position = (column / Line.Lanes * LinePitch) + (row * Line.Lanes) + (column % Line.Lanes);
                Unsafe.Add(ref target, position) = Line.Widen(Unsafe.Add(ref source, j)) - Unsafe.Add(ref mean, j);
            }
        }
    }

    /// <summary>Adds a packed panel's column sums and the upper triangle of its products.</summary>
    internal static void Accumulate(ReadOnlySpan<double> packed, int rows, int columns, Span<double> sums, Span<double> products)
    {
        ref double a = ref MemoryMarshal.GetReference(packed);
        ref double c = ref MemoryMarshal.GetReference(products);
        ref double sum = ref MemoryMarshal.GetReference(sums);
        if (columns < Line.Lanes)
        {
            int padded = (rows + Line.Lanes - 1) / Line.Lanes * Line.Lanes;
            for (int i = 0; i < columns; i++)
            {
                ref double left = ref Unsafe.Add(ref a, i * NarrowPitch);
                Unsafe.Add(ref sum, i) += Reduce.Sum(ref left, padded);
                for (int j = i; j < columns; j++)
                {
                    Unsafe.Add(ref c, (i * columns) + j) += Reduce.LineDot(ref left, ref Unsafe.Add(ref a, j * NarrowPitch), padded);
                }
            }

            return;
        }

        int lines = Lines(columns);
        int stride = lines * Line.Lanes;
        for (int line = 0; line < lines; line++)
        {
            ref double first = ref Unsafe.Add(ref a, line * LinePitch);
            Vector512<double> total = Line.Load(ref sum, line * Line.Lanes);
            for (int row = 0; row < rows; row++)
            {
                total += Line.Load(ref first, row * Line.Lanes);
            }

            total.StoreUnsafe(ref sum, (nuint)(line * Line.Lanes));
        }

        for (int i = 0; i < columns; i += TileColumns)
        {
            ref double left = ref Unsafe.Add(ref a, (i / Line.Lanes * LinePitch) + (i % Line.Lanes));
            int line = i / Line.Lanes;
            for (; line + 2 <= lines; line += 2)
            {
                ref double right = ref Unsafe.Add(ref a, line * LinePitch);
                TileOfTwoLines(ref left, ref right, rows, ref Unsafe.Add(ref c, ((nint)i * stride) + (line * Line.Lanes)), stride);
            }

            if (line < lines)
            {
                ref double right = ref Unsafe.Add(ref a, line * LinePitch);
                TileOfOneLine(ref left, ref right, rows, ref Unsafe.Add(ref c, ((nint)i * stride) + (line * Line.Lanes)), stride);
            }
        }
    }

    private static int Lines(int columns) => (columns + Line.Lanes - 1) / Line.Lanes;

    private static void PackNarrowColumn<T>(ref T first, int rowStride, int rows, double mean, ref double column)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector512<double> means = Vector512.Create(mean);
        int row = 0;
        for (; row <= rows - Line.Lanes; row += Line.Lanes)
        {
            Vector512<double> line = Line.LoadColumn(ref Unsafe.Add(ref first, (nint)row * rowStride), rowStride);
            (line - means).StoreUnsafe(ref column, (nuint)row);
        }

        for (; row < rows; row++)
        {
            Unsafe.Add(ref column, row) = Line.Widen(Unsafe.Add(ref first, (nint)row * rowStride)) - mean;
        }

        for (; row % Line.Lanes != 0; row++)
        {
            Unsafe.Add(ref column, row) = 0;
        }
    }

    private static void TileOfTwoLines(ref double left, ref double right, int rows, ref double c, nint stride)
    {
        Vector512<double> c00 = Vector512<double>.Zero;
        Vector512<double> c01 = Vector512<double>.Zero;
        Vector512<double> c10 = Vector512<double>.Zero;
        Vector512<double> c11 = Vector512<double>.Zero;
        Vector512<double> c20 = Vector512<double>.Zero;
        Vector512<double> c21 = Vector512<double>.Zero;
        Vector512<double> c30 = Vector512<double>.Zero;
        Vector512<double> c31 = Vector512<double>.Zero;
        for (int row = 0; row < rows; row++)
        {
            Vector512<double> line0 = Line.Load(ref right, 0);
            Vector512<double> line1 = Line.Load(ref right, LinePitch);
            Vector512<double> value = Vector512.Create(left);
            c00 = Vector512.MultiplyAddEstimate(value, line0, c00);
            c01 = Vector512.MultiplyAddEstimate(value, line1, c01);
            value = Vector512.Create(Unsafe.Add(ref left, 1));
            c10 = Vector512.MultiplyAddEstimate(value, line0, c10);
            c11 = Vector512.MultiplyAddEstimate(value, line1, c11);
            value = Vector512.Create(Unsafe.Add(ref left, 2));
            c20 = Vector512.MultiplyAddEstimate(value, line0, c20);
            c21 = Vector512.MultiplyAddEstimate(value, line1, c21);
            value = Vector512.Create(Unsafe.Add(ref left, 3));
            c30 = Vector512.MultiplyAddEstimate(value, line0, c30);
            c31 = Vector512.MultiplyAddEstimate(value, line1, c31);
            left = ref Unsafe.Add(ref left, Line.Lanes);
            right = ref Unsafe.Add(ref right, Line.Lanes);
        }

        AddTo(ref c, c00, c01);
        AddTo(ref Unsafe.Add(ref c, stride), c10, c11);
        AddTo(ref Unsafe.Add(ref c, 2 * stride), c20, c21);
        AddTo(ref Unsafe.Add(ref c, 3 * stride), c30, c31);
    }

    private static void TileOfOneLine(ref double left, ref double right, int rows, ref double c, nint stride)
    {
        Vector512<double> c0 = Vector512<double>.Zero;
        Vector512<double> c1 = Vector512<double>.Zero;
        Vector512<double> c2 = Vector512<double>.Zero;
        Vector512<double> c3 = Vector512<double>.Zero;
        for (int row = 0; row < rows; row++)
        {
            Vector512<double> line = Line.Load(ref right, 0);
            c0 = Vector512.MultiplyAddEstimate(Vector512.Create(left), line, c0);
            c1 = Vector512.MultiplyAddEstimate(Vector512.Create(Unsafe.Add(ref left, 1)), line, c1);
            c2 = Vector512.MultiplyAddEstimate(Vector512.Create(Unsafe.Add(ref left, 2)), line, c2);
            c3 = Vector512.MultiplyAddEstimate(Vector512.Create(Unsafe.Add(ref left, 3)), line, c3);
            left = ref Unsafe.Add(ref left, Line.Lanes);
            right = ref Unsafe.Add(ref right, Line.Lanes);
        }

        AddTo(ref c, c0);
        AddTo(ref Unsafe.Add(ref c, stride), c1);
        AddTo(ref Unsafe.Add(ref c, 2 * stride), c2);
        AddTo(ref Unsafe.Add(ref c, 3 * stride), c3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddTo(ref double c, Vector512<double> line0, Vector512<double> line1)
    {
        AddTo(ref c, line0);
        AddTo(ref Unsafe.Add(ref c, Line.Lanes), line1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddTo(ref double c, Vector512<double> line) => (Line.Load(ref c, 0) + line).StoreUnsafe(ref c);
}
