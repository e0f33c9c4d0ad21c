using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using HpcLinReg.Threads;

namespace HpcLinReg.Kernels;

/// <summary>
/// The centred Gram matrix of a block of fewer than eight joint columns: the block is gathered once into columns, each column
/// is centred where it lies, and every output is a dot product along the rows.
/// </summary>
/// <remarks>Error of entry (i, j): γ(1024/32 + 6)·Σₖ|aₖᵢ − mᵢ||aₖⱼ − mⱼ| and the rounding of the centred values.</remarks>
internal static class NarrowGram
{
    /// <summary>From one column to the next: a block, and one line so that columns fall on different cache sets.</summary>
    private const int Pitch = RowBlocks.Rows + Line.Lanes;

    /// <summary>Elements of the buffer for so many columns.</summary>
    internal static int PackedLength(int columns) => columns * Pitch;

    /// <summary>Gathers the columns of one part of the block, zeros behind them to a whole number of lines, and their sums.</summary>
    internal static void Gather<T>(MatrixSpan<T> x, int firstColumn, Span<double> packed, Span<double> sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T first = ref MemoryMarshal.GetReference(x.Values);
        ref double target = ref Unsafe.Add(ref MemoryMarshal.GetReference(packed), firstColumn * Pitch);
        int row = 0;
        for (; row <= x.Rows - Line.Lanes; row += Line.Lanes)
        {
            ref T cell = ref Unsafe.Add(ref first, (nint)row * x.RowStride);
            for (int j = 0; j < x.Columns; j++)
            {
                Line.LoadColumn(ref Unsafe.Add(ref cell, j), x.RowStride).StoreUnsafe(ref target, (nuint)((j * Pitch) + row));
            }
        }

        int padded = Padded(x.Rows);
        for (int j = 0; j < x.Columns; j++)
        {
            for (int i = row; i < padded; i++)
            {
                Unsafe.Add(ref target, (j * Pitch) + i) = i < x.Rows ? Line.Widen(Unsafe.Add(ref first, ((nint)i * x.RowStride) + j)) : 0;
            }

            sums[firstColumn + j] = Reduce.Sum(ref Unsafe.Add(ref target, j * Pitch), padded);
        }
    }

    /// <summary>Centres the gathered columns; sums of what is left, and the upper triangle of the products.</summary>
    internal static void Products(Span<double> packed, int rows, ReadOnlySpan<double> means, Span<double> sums, Span<double> products, int stride)
    {
        ref double first = ref MemoryMarshal.GetReference(packed);
        int padded = Padded(rows);
        for (int j = 0; j < means.Length; j++)
        {
            ref double column = ref Unsafe.Add(ref first, j * Pitch);
            Vector512<double> mean = Vector512.Create(means[j]);
            for (int row = 0; row < padded; row += Line.Lanes)
            {
                (Line.Load(ref column, row) - mean).StoreUnsafe(ref column, (nuint)row);
            }

            packed.Slice((j * Pitch) + rows, padded - rows).Clear();
            sums[j] = Reduce.Sum(ref column, padded);
        }

        for (int i = 0; i < means.Length; i++)
        {
            for (int j = i; j < means.Length; j++)
            {
                products[(i * stride) + j] = Reduce.Dot(ref Unsafe.Add(ref first, i * Pitch), ref Unsafe.Add(ref first, j * Pitch), padded);
            }
        }
    }

    private static int Padded(int rows) => (rows + Line.Lanes - 1) / Line.Lanes * Line.Lanes;
}
