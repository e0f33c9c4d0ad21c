using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using HpcLinReg.Threads;

namespace HpcLinReg.Kernels;

/// <summary>
/// Computes the upper triangle of the centred Gram matrix C = Σₖ(aₖ − m)(aₖ − m)ᵀ of a block of joint rows a = [x | y], for any number of
/// columns. A panel of rows is centred and packed, line after line of eight columns, with a line's rows next to each other, so that the
/// register tile reads memory forward whatever the caller's stride. Every output is one chain of multiply-adds over the panel's rows, which
/// is added to the total at its end. Lanes are different outputs, so the tiling may follow the machine without changing bits.
/// </summary>
/// <remarks>
/// Per row d(d + 1) flops in the triangle. Error of entry (i, j) from one panel: γ(128)·Σₖ|aₖᵢ − mᵢ||aₖⱼ − mⱼ| plus the
/// rounding of the centred values, u·|aₖ − m| each (the subtraction is exact when a and m are within a factor of two,
/// Sterbenz).
/// </remarks>
internal static class PackedGram
{
    /// <summary>
    /// Returns the length of the packing buffer for this number of joint columns, with room to begin at the start of a cache line.
    /// </summary>
    internal static int PackedLength(int columns) => (GramBlocks.Lines(columns) * RegisterTile.LinePitch) + Line.Lanes;

    /// <summary>
    /// Computes the mean m of each joint column over the block's first panel, by which the block is centred, so that it has to be read only
    /// once. The cross-products are afterwards corrected for the difference to the block's own mean m̄. With k of the n rows in the panel,
    /// n(m − m̄)² is at most (n − k)/k ≤ 15 times the column's sum of squares about m̄ (its between-group part alone is k·n/(n − k)·(m −
    /// m̄)²), so the correction costs four bits at worst, whatever the data and their order.
    /// </summary>
    /// <param name="x">The left columns, at most one block of rows.</param>
    /// <param name="tail">The last line of the joint rows.</param>
    /// <param name="means">Receives the means, of padded length.</param>
    internal static void PanelMeans<T>(MatrixSpan<T> x, in JointTail<T> tail, Span<double> means)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = Math.Min(RowBlocks.PanelRows, x.Rows);
        int whole = means.Length - Line.Lanes;
        ref T first = ref MemoryMarshal.GetReference(x.Values);
        ref double sums = ref MemoryMarshal.GetReference(means);
        means[..whole].Clear();
        Vector512<double> tailSum = default;
        Vector512<double> target = tail.Target;
        nint yStride = tail.YStride;
        nint tailStride = tail.XStride;
        ref T tailX = ref tail.X(0);
        ref T tailY = ref tail.Y(0);

        // Four rows at a time, because a sum that is kept in memory can be added to again only after it was stored.
        int row = 0;
        for (; row <= Math.Min(rows, tail.Inside) - 4; row += 4)
        {
            AddFourRows(ref Unsafe.Add(ref first, (nint)row * x.RowStride), x.RowStride, whole, ref sums);
            tailSum += JointTail<T>.Load(ref tailX, ref tailY, target)
                + JointTail<T>.Load(ref Unsafe.Add(ref tailX, tailStride), ref Unsafe.Add(ref tailY, yStride), target)
                + (JointTail<T>.Load(ref Unsafe.Add(ref tailX, 2 * tailStride), ref Unsafe.Add(ref tailY, 2 * yStride), target)
                + JointTail<T>.Load(ref Unsafe.Add(ref tailX, 3 * tailStride), ref Unsafe.Add(ref tailY, 3 * yStride), target));
            tailX = ref Unsafe.Add(ref tailX, 4 * tailStride);
            tailY = ref Unsafe.Add(ref tailY, 4 * yStride);
        }

        // The last rows, behind which the buffer may end, were copied; they are added in the same groups of four, so the bits do not depend
        // on where the buffer ends.
        for (; row <= rows - 4; row += 4)
        {
            AddFourRows(ref Unsafe.Add(ref first, (nint)row * x.RowStride), x.RowStride, whole, ref sums);
            tailSum += tail.Load(row) + tail.Load(row + 1) + (tail.Load(row + 2) + tail.Load(row + 3));
        }

        for (; row < rows; row++)
        {
            ref T cell = ref Unsafe.Add(ref first, (nint)row * x.RowStride);
            for (int j = 0; j < whole; j += Line.Lanes)
            {
                (Line.Load(ref sums, j) + Line.Load(ref cell, j)).StoreUnsafe(ref sums, (nuint)j);
            }

            tailSum += tail.Load(row);
        }

        tailSum.StoreUnsafe(ref sums, (nuint)whole);
        for (int j = 0; j < means.Length; j += Line.Lanes)
        {
            (Line.Load(ref sums, j) / Vector512.Create((double)rows)).StoreUnsafe(ref sums, (nuint)j);
        }
    }

    /// <summary>Adds four rows to the sums of whole lines of columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddFourRows<T>(ref T row0, nint stride, int columns, ref double sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T row1 = ref Unsafe.Add(ref row0, stride), row2 = ref Unsafe.Add(ref row1, stride), row3 = ref Unsafe.Add(ref row2, stride);
        for (int j = 0; j < columns; j += Line.Lanes)
        {
            Vector512<double> four = (Line.Load(ref row0, j) + Line.Load(ref row1, j)) + (Line.Load(ref row2, j) + Line.Load(ref row3, j));
            (Line.Load(ref sums, j) + four).StoreUnsafe(ref sums, (nuint)j);
        }
    }

    /// <summary>Adds the sums of the centred columns and their products.</summary>
    /// <param name="x">The left columns, at most one block of rows.</param>
    /// <param name="tail">The last line of the joint rows.</param>
    /// <param name="means">m, of padded length.</param>
    /// <param name="packed">Working memory of <see cref="PackedLength"/>.</param>
    /// <param name="sums">Added to; of padded length.</param>
    /// <param name="products">Added to; laid out as <see cref="GramBlocks"/>.</param>
    /// <param name="threads">The number of threads that share the products of a panel.</param>
    internal static void Products<T>(
        MatrixSpan<T> x, in JointTail<T> tail, ReadOnlySpan<double> means, Span<double> packed, Span<double> sums, Span<double> products,
        int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        packed = LineBuffer.FromLine(packed);
        for (int start = 0; start < x.Rows; start += RowBlocks.PanelRows)
        {
            int rows = Math.Min(RowBlocks.PanelRows, x.Rows - start);
            PanelPacking.Pack(x.SliceRows(start, rows), tail, start, means, packed, sums);
            if (threads > 1)
            {
                AccumulateInParallel(packed, rows, tail.Columns, products, threads);
            }
            else
            {
                Accumulate(packed, rows, tail.Columns, products, PanelPrefetch<T>.Behind(x, start, rows, rows));
            }
        }
    }

    /// <summary>
    /// Adds the products of a packed panel. Two lines stay in L1 while all lines before them pass, so eight values a row are loaded from L2
    /// instead of two lines. A last line of few columns has a kernel of its own, <see cref="LastColumns"/>.
    /// </summary>
    private static void Accumulate<T>(
        ReadOnlySpan<double> packed, int rows, int columns, Span<double> products, PanelPrefetch<T> nextPanel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int lines = GramBlocks.Lines(columns);
        int tiled = LastColumns.Take(columns) ? lines - 1 : lines;
        ref double a = ref MemoryMarshal.GetReference(packed);
        ref double c = ref MemoryMarshal.GetReference(products);
        int tiles = ((tiled * (tiled + 2)) + 3) / 4;
        PrefetchWalk walk = nextPanel.Over(Math.Max(1, tiles * rows));
        for (int line = 0; line < tiled; line += 2)
        {
            for (int i = 0; i < Math.Min(line + 2, tiled); i++)
            {
                int right = Math.Max(i, line);
                AddTile(ref a, ref c, rows, lines, (i, right, Math.Min(line + 2, tiled) - right), walk);
                walk = walk.Behind(rows);
            }
        }

        if (tiled < lines)
        {
            LastColumns.Add(ref a, rows, columns, products);
        }
    }

    /// <summary>Adds the products of one line of columns with one or two others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddTile(ref double packed, ref double products, int rows, int lines, (int Left, int Right, int Width) tile,
        PrefetchWalk walk = default) =>
        RegisterTile.Add(
            ref Unsafe.Add(ref packed, tile.Left * RegisterTile.LinePitch),
            ref Unsafe.Add(ref packed, tile.Right * RegisterTile.LinePitch),
            tile.Width,
            Line.Lanes,
            RegisterTile.LinePitch,
            rows,
            new TileOutputs(ref Unsafe.Add(ref products, GramBlocks.BlockPosition(lines, tile.Left, tile.Right)), Line.Lanes,
                GramBlocks.BlockLength, 1, walk));

    /// <summary>
    /// Adds the products of a packed panel on several threads, each two lines of columns at a time. Outputs of different tiles do not touch
    /// each other, so the bits are those of one thread. The widest lines come first, so that the threads end together.
    /// </summary>
    private static unsafe void AccumulateInParallel(ReadOnlySpan<double> packed, int rows, int columns, Span<double> products, int threads)
    {
        int lines = GramBlocks.Lines(columns);
        int tiled = LastColumns.Take(columns) ? lines - 1 : lines;
        fixed (double* firstPacked = packed, firstProduct = products)
        {
            nint packedAddress = (nint)firstPacked;
            nint productsAddress = (nint)firstProduct;
            RowThreads.ForEach((tiled + 1) / 2, threads, pair =>
            {
                int line = 2 * (((tiled + 1) / 2) - 1 - pair);
                for (int i = 0; i < Math.Min(line + 2, tiled); i++)
                {
                    int right = Math.Max(i, line);
                    AddTile(ref *(double*)packedAddress, ref *(double*)productsAddress, rows, lines,
                        (i, right, Math.Min(line + 2, tiled) - right));
                }
            });
        }

        if (tiled < lines)
        {
            LastColumns.Add(ref MemoryMarshal.GetReference(packed), rows, columns, products);
        }
    }
}
