using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HpcLinReg.Kernels;

/// <summary>
/// The centred Gram matrix C = Σₖ(aₖ − m)(aₖ − m)ᵀ of a panel of rows, upper triangle. A panel is first centred and packed:
/// line after line of eight columns, each line's rows next to each other, so that the register tile reads forward whatever
/// the caller's stride. Every output is one chain of multiply-adds over the panel's rows, added to the total at its end:
/// lanes hold different outputs and never meet, so tiling may follow the machine without touching bits.
/// Below eight columns lines would be mostly empty: see <see cref="NarrowGram"/>.
/// </summary>
/// <remarks>
/// Per row d(d + 1) flops in the triangle. Error of entry (i, j) from one panel: γ(128)·Σₖ|aₖᵢ − mᵢ||aₖⱼ − mⱼ| plus the
/// rounding of the centred values, u·|aₖ − m| each (the subtraction is exact when a and m are within a factor of two,
/// Sterbenz).
/// </remarks>
internal static class Gram
{
    /// <summary>Elements of the packing buffer for so many columns.</summary>
    internal static int PackedLength(int columns) =>
        Lines(columns) * RegisterTile.LinePitch;

    /// <summary>The row stride of the products.</summary>
    internal static int ProductStride(int columns) => Lines(columns) * Line.Lanes;

    /// <summary>
    /// Adds each column's sum over the rows of a block: one chain a column, row after row, because several rows at once would open
    /// several streams from memory; below eight joint columns eight chains over rows i ≡ lane (mod 8). The error, γ(1024)
    /// at most, does not matter: means from these sums are corrected later.
    /// </summary>
    internal static void AddColumnSums<T>(MatrixSpan<T> x, Span<double> sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T first = ref MemoryMarshal.GetReference(x.Values);
        ref double sum = ref MemoryMarshal.GetReference(sums);
        int columns = x.Columns;
        if (columns < Line.Lanes)
        {
            for (int j = 0; j < columns; j++)
            {
                double total = 0;
                for (int row = 0; row < x.Rows; row++)
                {
                    total += Line.Widen(Unsafe.Add(ref first, ((nint)row * x.RowStride) + j));
                }

                Unsafe.Add(ref sum, j) += total;
            }

            return;
        }

        // The first lines and the partial one stay in registers: through memory a row would wait for the row before it.
        Vector512<double> sum0 = default, sum1 = default, sum2 = default, sum3 = default, tail = default;
        int lines = columns / Line.Lanes;
        for (int row = 0; row < x.Rows; row++)
        {
            ref T cell = ref Unsafe.Add(ref first, (nint)row * x.RowStride);
            sum0 += Line.Load(ref cell, 0);
            sum1 = lines > 1 ? sum1 + Line.Load(ref cell, 8) : sum1;
            sum2 = lines > 2 ? sum2 + Line.Load(ref cell, 16) : sum2;
            sum3 = lines > 3 ? sum3 + Line.Load(ref cell, 24) : sum3;
            for (int j = 4 * Line.Lanes; j <= columns - Line.Lanes; j += Line.Lanes)
            {
                (Line.Load(ref sum, j) + Line.Load(ref cell, j)).StoreUnsafe(ref sum, (nuint)j);
            }

            tail = columns % Line.Lanes != 0 ? tail + Line.LoadTail(ref cell, columns) : tail;
        }

        AddLine(ref sum, 0, sum0);
        if (lines > 1)
        {
            AddLine(ref sum, 8, sum1);
        }

        if (lines > 2)
        {
            AddLine(ref sum, 16, sum2);
        }

        if (lines > 3)
        {
            AddLine(ref sum, 24, sum3);
        }

        AddLine(ref sum, columns - Line.Lanes, tail);
    }

    private static void AddLine(ref double sums, int offset, Vector512<double> line) =>
        (Line.Load(ref sums, offset) + line).StoreUnsafe(ref sums, (nuint)offset);

    /// <summary>
    /// Centres a panel's columns and puts them into the packing buffer from column <paramref name="firstColumn"/> on, so that X
    /// and Y lying apart are packed side by side. Call it for every part, then <see cref="Accumulate"/>.
    /// </summary>
    internal static void Pack<T>(MatrixSpan<T> x, int firstColumn, ReadOnlySpan<double> means, Span<double> packed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref double target = ref MemoryMarshal.GetReference(packed);
        ref T first = ref MemoryMarshal.GetReference(x.Values);
        ref double mean = ref Unsafe.Add(ref MemoryMarshal.GetReference(means), firstColumn);
        for (int row = 0; row < x.Rows; row++)
        {
            ref T source = ref Unsafe.Add(ref first, (nint)row * x.RowStride);
            int j = 0;
            if (firstColumn % Line.Lanes == 0)
            {
                for (; j <= x.Columns - Line.Lanes; j += Line.Lanes)
                {
                    int position = ((firstColumn + j) / Line.Lanes * RegisterTile.LinePitch) + (row * Line.Lanes);
                    (Line.Load(ref source, j) - Line.Load(ref mean, j)).StoreUnsafe(ref target, (nuint)position);
                }
            }

            for (; j < x.Columns; j++)
            {
                int column = firstColumn + j;
                int position = (column / Line.Lanes * RegisterTile.LinePitch) + (row * Line.Lanes) + (column % Line.Lanes);
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
        int lines = Lines(columns);
        int stride = lines * Line.Lanes;
        AddLineSums(ref a, rows, lines, ref sum);
        // Two lines stay in L1 while the columns up to them pass by: four values a row come from L2, not two lines.
        for (int line = 0; line < lines; line += 2)
        {
            int behind = Math.Min((line + 2) * Line.Lanes, columns);
            for (int i = 0; i < behind; i += RegisterTile.Values)
            {
                int own = i / Line.Lanes;
                ref double left = ref Unsafe.Add(ref a, (own * RegisterTile.LinePitch) + (i % Line.Lanes));
                ref double row = ref Unsafe.Add(ref c, (nint)i * stride);
                if (own <= line && line + 1 < lines)
                {
                    RegisterTile.AddTileOfTwoLines(
                        ref left, ref Unsafe.Add(ref a, line * RegisterTile.LinePitch), rows, ref Unsafe.Add(ref row, line * Line.Lanes), stride, 1);
                }
                else
                {
                    int single = Math.Max(own, line);
                    RegisterTile.AddTileOfOneLine(
                        ref left, ref Unsafe.Add(ref a, single * RegisterTile.LinePitch), rows, ref Unsafe.Add(ref row, single * Line.Lanes), stride, 1);
                }
            }
        }
    }

    /// <summary>The sums of packed columns, four chains over rows i ≡ 0, 1, 2, 3 (mod 4): an addition takes about four cycles.</summary>
    private static void AddLineSums(ref double packed, int rows, int lines, ref double sums)
    {
        for (int line = 0; line < lines; line++)
        {
            ref double first = ref Unsafe.Add(ref packed, line * RegisterTile.LinePitch);
            Vector512<double> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
            int row = 0;
            for (; row <= rows - 4; row += 4)
            {
                sum0 += Line.Load(ref first, row * Line.Lanes);
                sum1 += Line.Load(ref first, (row + 1) * Line.Lanes);
                sum2 += Line.Load(ref first, (row + 2) * Line.Lanes);
                sum3 += Line.Load(ref first, (row + 3) * Line.Lanes);
            }

            for (; row < rows; row++)
            {
                sum0 += Line.Load(ref first, row * Line.Lanes);
            }

            AddLine(ref sums, line * Line.Lanes, (sum0 + sum1) + (sum2 + sum3));
        }
    }

    private static int Lines(int columns) => (columns + Line.Lanes - 1) / Line.Lanes;
}
