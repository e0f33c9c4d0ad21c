using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HpcLinReg.Kernels;
using HpcLinReg.Threads;

namespace HpcLinReg;

internal static partial class CholeskyFactor
{
    /// <summary>
    /// The number of rows of R that are packed and subtracted from the rest of the matrix at once. A packed line takes 4 KiB, so the three
    /// lines of a tile stay in L1. Changing it changes the bits of results.
    /// </summary>
    private const int PanelRows = 64;

    /// <summary>Trailing matrices of fewer columns are subtracted by one thread, which takes less than waking others.</summary>
    private const int LeastSharedColumns = 512;

    /// <summary>
    /// Computes A ← A − PᵀP on the upper triangle of the rows from <paramref name="end"/> on, where P is the 64 rows of R before them, by
    /// the register tile of the Gram kernel: each entry's sum over the panel is subtracted when it is complete.
    /// </summary>
    private static void SubtractPanel(Span<double> matrix, int order, int end, int allowedThreads)
    {
        int columns = order - end;
        int lines = (columns + Line.Lanes - 1) / Line.Lanes;
        double[] packed = ArrayPool<double>.Shared.Rent(lines * RegisterTile.LinePitch);
        Pack(matrix, order, end, packed);
        int threads = columns < LeastSharedColumns ? 1 : RowThreads.Useful(PanelRows * (double)columns * columns / 4, allowedThreads);
        if (threads > 1)
        {
            SubtractInParallel(matrix, order, end, packed, threads);
        }
        else
        {
            for (int left = 0; left < lines; left++)
            {
                SubtractLine(matrix, order, end, packed, left);
            }
        }

        ArrayPool<double>.Shared.Return(packed);
    }

    /// <summary>Subtracts the panel on several threads, each eight rows at a time, which no other thread writes.</summary>
    private static unsafe void SubtractInParallel(Span<double> matrix, int order, int end, double[] packed, int threads)
    {
        int length = matrix.Length;
        fixed (double* first = matrix)
        {
            nint address = (nint)first;
            RowThreads.ForEach(
                (order - end + Line.Lanes - 1) / Line.Lanes, threads, left =>
                    SubtractLine(new Span<double>((double*)address, length), order, end, packed, left));
        }
    }

    /// <summary>Subtracts the panel from eight rows: from the diagonal on, two lines of columns at a time.</summary>
    private static void SubtractLine(Span<double> matrix, int order, int end, double[] packed, int left)
    {
        int columns = order - end;
        int lines = (columns + Line.Lanes - 1) / Line.Lanes;
        int firstRow = left * Line.Lanes;
        ref double p = ref MemoryMarshal.GetArrayDataReference(packed);
        ref double row = ref matrix[((end + firstRow) * order) + end];
        Span<double> edge = stackalloc double[2 * Line.Lanes * Line.Lanes];
        for (int line = left; line < lines; line += 2)
        {
            int width = Math.Min(2, lines - line);
            int column = line * Line.Lanes;
            bool inside = line > left && column + (width * Line.Lanes) <= columns;
            edge.Clear();
            RegisterTile.Add(
                ref Unsafe.Add(ref p, left * RegisterTile.LinePitch),
                ref Unsafe.Add(ref p, line * RegisterTile.LinePitch),
                width,
                Line.Lanes,
                RegisterTile.LinePitch,
                PanelRows,
                new TileOutputs(ref inside ? ref Unsafe.Add(ref row, column) : ref edge[0], inside ? order : 2 * Line.Lanes, Line.Lanes,
                    -1));
            if (!inside)
            {
                AddEdge(matrix[(end * order)..], order, end, firstRow, column, columns, edge);
            }
        }
    }

    /// <summary>Adds the part of a tile that lies in the upper triangle of the matrix.</summary>
    private static void AddEdge(Span<double> rows, int order, int end, int firstRow, int firstColumn, int columns,
        ReadOnlySpan<double> tile)
    {
        for (int t = 0; t < Line.Lanes && firstRow + t < columns; t++)
        {
            int i = firstRow + t;
            int last = Math.Min(firstColumn + (2 * Line.Lanes), columns);
            for (int j = Math.Max(i, firstColumn); j < last; j++)
            {
                rows[(i * order) + end + j] += tile[(t * 2 * Line.Lanes) + j - firstColumn];
            }
        }
    }

    /// <summary>Packs the panel line after line of its columns, with zeros behind the last column.</summary>
    private static void Pack(ReadOnlySpan<double> matrix, int order, int end, Span<double> packed)
    {
        int columns = order - end;
        for (int k = 0; k < PanelRows; k++)
        {
            ReadOnlySpan<double> row = matrix.Slice(((end - PanelRows + k) * order) + end, columns);
            int position = k * Line.Lanes;
            for (; row.Length >= Line.Lanes; position += RegisterTile.LinePitch)
            {
                row[..Line.Lanes].CopyTo(packed[position..]);
                row = row[Line.Lanes..];
            }

            if (row.Length > 0)
            {
                packed.Slice(position, Line.Lanes).Clear();
                row.CopyTo(packed[position..]);
            }
        }
    }
}
