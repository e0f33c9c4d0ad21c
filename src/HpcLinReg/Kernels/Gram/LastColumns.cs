using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HpcLinReg.Kernels;

/// <summary>
/// Adds the products of the columns of a last packed line that has up to four columns only: each of them, once in all lanes, with four
/// lines of columns at a time. A <see cref="RegisterTile"/> would compute eight columns there; for 32 features and a target that is half of
/// the time again. Each output is one chain over the panel's rows, as in the tile, so the bits are the same.
/// </summary>
/// <remarks>Up to sixteen accumulators. Without registers of 512 bits that is too many, and only a single column is taken.</remarks>
internal static class LastColumns
{
    /// <summary>The largest number of columns.</summary>
    private const int MostColumns = 4;

    /// <summary>The number of lines that pass at once.</summary>
    private const int Together = 4;

    /// <summary>A number of columns, known when a loop is compiled.</summary>
    private interface IColumns
    {
        static abstract int Count { get; }
    }

    /// <summary>Returns whether the last line of so wide joint rows is taken.</summary>
    internal static bool Take(int columns) =>
        columns % Line.Lanes is 1 || (Vector512.IsHardwareAccelerated && columns % Line.Lanes is > 1 and <= MostColumns);

    /// <summary>Adds the products of the last line's columns with all columns.</summary>
    /// <param name="packed">The packed lines.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="columns">The number of joint columns.</param>
    /// <param name="products">Added to; laid out as <see cref="GramBlocks"/>.</param>
    internal static void Add(ref double packed, int rows, int columns, Span<double> products)
    {
        switch (columns % Line.Lanes)
        {
            case 1:
                Add<One>(ref packed, rows, columns, products);
                break;
            case 2:
                Add<Two>(ref packed, rows, columns, products);
                break;
            case 3:
                Add<Three>(ref packed, rows, columns, products);
                break;
            default:
                Add<Four>(ref packed, rows, columns, products);
                break;
        }
    }

    private static void Add<TColumns>(ref double packed, int rows, int columns, Span<double> products)
        where TColumns : struct, IColumns
    {
        int lines = GramBlocks.Lines(columns);
        ref double last = ref Unsafe.Add(ref packed, (lines - 1) * RegisterTile.LinePitch);
        Span<double> outputs = stackalloc double[MostColumns * Together * Line.Lanes];
        for (int line = 0; line < lines; line += Together)
        {
            Multiply<TColumns>(
                ref last,
                ref Unsafe.Add(ref packed, line * RegisterTile.LinePitch),
                ref Unsafe.Add(ref packed, Math.Min(line + 1, lines - 1) * RegisterTile.LinePitch),
                ref Unsafe.Add(ref packed, Math.Min(line + 2, lines - 1) * RegisterTile.LinePitch),
                ref Unsafe.Add(ref packed, Math.Min(line + 3, lines - 1) * RegisterTile.LinePitch),
                rows,
                ref MemoryMarshal.GetReference(outputs));
            for (int k = line; k < Math.Min(line + Together, lines); k++)
            {
                // Column c of the last line is lane c of each row of a block; in the last line's own block only the triangle counts.
                ref double block = ref products[GramBlocks.BlockPosition(lines, k, lines - 1)];
                for (int c = 0; c < TColumns.Count; c++)
                {
                    ref double output = ref outputs[((c * Together) + k - line) * Line.Lanes];
                    int values = k < lines - 1 ? Line.Lanes : c + 1;
                    for (int value = 0; value < values; value++)
                    {
                        Unsafe.Add(ref block, (value * Line.Lanes) + c) += Unsafe.Add(ref output, value);
                    }
                }
            }
        }
    }

    /// <summary>Computes the products of the last line's columns with four lines of columns.</summary>
    [Unrolled]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Multiply<TColumns>(
        ref double last, ref double line0, ref double line1, ref double line2, ref double line3, int rows, ref double outputs)
        where TColumns : struct, IColumns
    {
        Vector512<double> c00 = default, c01 = default, c02 = default, c03 = default;
        Vector512<double> c10 = default, c11 = default, c12 = default, c13 = default;
        Vector512<double> c20 = default, c21 = default, c22 = default, c23 = default;
        Vector512<double> c30 = default, c31 = default, c32 = default, c33 = default;
        for (int cell = 0; cell < rows * Line.Lanes; cell += Line.Lanes)
        {
            Vector512<double> a0 = Line.Load(ref line0, cell), a1 = Line.Load(ref line1, cell);
            Vector512<double> a2 = Line.Load(ref line2, cell), a3 = Line.Load(ref line3, cell);
            var value = Vector512.Create(Unsafe.Add(ref last, cell));
            c00 = Vector512.MultiplyAddEstimate(value, a0, c00);
            c01 = Vector512.MultiplyAddEstimate(value, a1, c01);
            c02 = Vector512.MultiplyAddEstimate(value, a2, c02);
            c03 = Vector512.MultiplyAddEstimate(value, a3, c03);
            if (TColumns.Count > 1)
            {
                value = Vector512.Create(Unsafe.Add(ref last, cell + 1));
                c10 = Vector512.MultiplyAddEstimate(value, a0, c10);
                c11 = Vector512.MultiplyAddEstimate(value, a1, c11);
                c12 = Vector512.MultiplyAddEstimate(value, a2, c12);
                c13 = Vector512.MultiplyAddEstimate(value, a3, c13);
            }

            if (TColumns.Count > 2)
            {
                value = Vector512.Create(Unsafe.Add(ref last, cell + 2));
                c20 = Vector512.MultiplyAddEstimate(value, a0, c20);
                c21 = Vector512.MultiplyAddEstimate(value, a1, c21);
                c22 = Vector512.MultiplyAddEstimate(value, a2, c22);
                c23 = Vector512.MultiplyAddEstimate(value, a3, c23);
            }

            if (TColumns.Count > 3)
            {
                value = Vector512.Create(Unsafe.Add(ref last, cell + 3));
                c30 = Vector512.MultiplyAddEstimate(value, a0, c30);
                c31 = Vector512.MultiplyAddEstimate(value, a1, c31);
                c32 = Vector512.MultiplyAddEstimate(value, a2, c32);
                c33 = Vector512.MultiplyAddEstimate(value, a3, c33);
            }
        }

        Store(ref outputs, c00, c01, c02, c03);
        if (TColumns.Count > 1)
        {
            Store(ref Unsafe.Add(ref outputs, 32), c10, c11, c12, c13);
        }

        if (TColumns.Count > 2)
        {
            Store(ref Unsafe.Add(ref outputs, 64), c20, c21, c22, c23);
        }

        if (TColumns.Count > 3)
        {
            Store(ref Unsafe.Add(ref outputs, 96), c30, c31, c32, c33);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(ref double outputs, Vector512<double> c0, Vector512<double> c1, Vector512<double> c2, Vector512<double> c3)
    {
        c0.StoreUnsafe(ref outputs);
        c1.StoreUnsafe(ref outputs, 8);
        c2.StoreUnsafe(ref outputs, 16);
        c3.StoreUnsafe(ref outputs, 24);
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
}
