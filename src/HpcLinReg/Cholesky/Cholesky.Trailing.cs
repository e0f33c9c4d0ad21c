using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HpcLinReg.Kernels;

namespace HpcLinReg;

public readonly ref partial struct Cholesky
{
    /// <summary>
    /// Rows of R that are taken off the rest of the matrix in one go, packed; a packed line is 4 KiB, so a tile's three lines stay
    /// in L1. Decides bits.
    /// </summary>
    private const int PanelRows = 64;

    /// <summary>
    /// A ← A − PᵀP on the upper triangle of the rows from <paramref name="end"/> on, P being the 64 rows of R before them: the
    /// register tile of the Gram kernel, with each entry's sum over the panel subtracted at its end.
    /// </summary>
    private static void SubtractPanel(Span<double> matrix, int order, int end)
    {
        int columns = order - end;
        int lines = (columns + Line.Lanes - 1) / Line.Lanes;
        double[] packed = ArrayPool<double>.Shared.Rent(lines * RegisterTile.LinePitch);
        Pack(matrix, order, end, packed);
        ref double p = ref MemoryMarshal.GetArrayDataReference(packed);
        Span<double> edge = stackalloc double[2 * Line.Lanes * Line.Lanes];
        for (int left = 0; left < lines; left++)
        {
            int firstRow = left * Line.Lanes;
            ref double row = ref matrix[((end + firstRow) * order) + end];
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
                    ref inside ? ref Unsafe.Add(ref row, column) : ref edge[0],
                    inside ? order : 2 * Line.Lanes,
                    Line.Lanes,
                    -1);
                if (!inside)
                {
                    AddEdge(matrix[(end * order)..], order, end, firstRow, column, columns, edge);
                }
            }
        }

        ArrayPool<double>.Shared.Return(packed);
    }

    /// <summary>Adds the part of a tile that lies in the upper triangle and inside the matrix.</summary>
    private static void AddEdge(Span<double> rows, int order, int end, int firstRow, int firstColumn, int columns, ReadOnlySpan<double> tile)
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

    /// <summary>Line after line of the panel's columns, zeros behind the last column.</summary>
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
