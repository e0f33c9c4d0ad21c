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
        for (int row = 0; row < x.Rows; row++)
        {
            ref T cell = ref Unsafe.Add(ref first, (nint)row * x.RowStride);
            int j = 0;
            for (; j <= x.Columns - Line.Lanes; j += Line.Lanes)
            {
                (Line.Load(ref sum, j) + Line.Load(ref cell, j)).StoreUnsafe(ref sum, (nuint)j);
            }

            for (; j < x.Columns; j++)
            {
                Unsafe.Add(ref sum, j) += Line.Widen(Unsafe.Add(ref cell, j));
            }
        }
    }

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
        for (int i = 0; i < columns; i += RegisterTile.Values)
        {
            ref double left = ref Unsafe.Add(ref a, (i / Line.Lanes * RegisterTile.LinePitch) + (i % Line.Lanes));
            ref double row = ref Unsafe.Add(ref c, (nint)i * stride);
            int line = i / Line.Lanes;
            for (; line + 2 <= lines; line += 2)
            {
                RegisterTile.AddTileOfTwoLines(
                    ref left, ref Unsafe.Add(ref a, line * RegisterTile.LinePitch), rows, ref Unsafe.Add(ref row, line * Line.Lanes), stride, 1);
            }

            if (line < lines)
            {
                RegisterTile.AddTileOfOneLine(
                    ref left, ref Unsafe.Add(ref a, line * RegisterTile.LinePitch), rows, ref Unsafe.Add(ref row, line * Line.Lanes), stride, 1);
            }
        }
    }

    /// <summary>The sums of packed columns, four lines at a time: an addition takes about four cycles, and one starts per cycle.</summary>
    private static void AddLineSums(ref double packed, int rows, int lines, ref double sums)
    {
        int line = 0;
        for (; line <= lines - 4; line += 4)
        {
            ref double first = ref Unsafe.Add(ref packed, line * RegisterTile.LinePitch);
            ref double sum = ref Unsafe.Add(ref sums, line * Line.Lanes);
            Vector512<double> sum0 = Line.Load(ref sum, 0);
            Vector512<double> sum1 = Line.Load(ref sum, 8);
            Vector512<double> sum2 = Line.Load(ref sum, 16);
            Vector512<double> sum3 = Line.Load(ref sum, 24);
            for (int row = 0; row < rows * Line.Lanes; row += Line.Lanes)
            {
                sum0 += Line.Load(ref first, row);
                sum1 += Line.Load(ref first, row + RegisterTile.LinePitch);
                sum2 += Line.Load(ref first, row + (2 * RegisterTile.LinePitch));
                sum3 += Line.Load(ref first, row + (3 * RegisterTile.LinePitch));
            }

            sum0.StoreUnsafe(ref sum);
            sum1.StoreUnsafe(ref sum, 8);
            sum2.StoreUnsafe(ref sum, 16);
            sum3.StoreUnsafe(ref sum, 24);
        }

        for (; line < lines; line++)
        {
            ref double first = ref Unsafe.Add(ref packed, line * RegisterTile.LinePitch);
            Vector512<double> total = Line.Load(ref sums, line * Line.Lanes);
            for (int row = 0; row < rows * Line.Lanes; row += Line.Lanes)
            {
                total += Line.Load(ref first, row);
            }

            total.StoreUnsafe(ref sums, (nuint)(line * Line.Lanes));
        }
    }

    private static int Lines(int columns) => (columns + Line.Lanes - 1) / Line.Lanes;
}
