using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using HpcLinReg.Kernels;

namespace HpcLinReg;

internal static partial class CholeskyFactor
{
    private const int BlockLength = Line.Lanes * Line.Lanes;

    /// <summary>Below this value 1/x may overflow.</summary>
    private const double LeastInvertible = 1e-300;

    /// <summary>Subtracts the rows of R in the panel above row <paramref name="first"/> from the eight rows that begin there.</summary>
    private static void SubtractRows(Span<double> matrix, int order, int first)
    {
        int above = first - (first % PanelRows);
        int columns = order - first;
        ref double r = ref MemoryMarshal.GetReference(matrix);
        ref double left = ref Unsafe.Add(ref r, ((nint)above * order) + first);
        ref double target = ref Unsafe.Add(ref r, ((nint)first * order) + first);
        Span<double> edge = stackalloc double[BlockLength];

        // Two places need a copy: the block on the diagonal, below which nothing may be written, and the last columns, where a line would
        // reach past the end of the row.
        for (int column = 0; column < columns; column += Line.Lanes)
        {
            bool inside = column > 0 && column + Line.Lanes <= columns;
            int lines = inside && column + (2 * Line.Lanes) <= columns ? 2 : 1;
            ref double right = ref Unsafe.Add(ref left, column);
            if (inside)
            {
                RegisterTile.Add(ref left, ref right, lines, order, Line.Lanes, first - above,
                    new TileOutputs(ref Unsafe.Add(ref target, column), order, Line.Lanes, -1));
                column += (lines - 1) * Line.Lanes;
            }
            else
            {
                LoadEdge(ref target, order, column, columns, edge);
                RegisterTile.Add(ref left, ref right, 1, order, Line.Lanes, first - above, new TileOutputs(ref edge[0], Line.Lanes, 0, -1));
                StoreEdge(ref target, order, column, columns, edge);
            }
        }
    }

    /// <summary>
    /// Computes the rows of R from <paramref name="start"/> to <paramref name="end"/>, the end of a block of at most eight rows, which have
    /// been reduced by all rows above the start. Returns the first row whose pivot is not above its floor, reduced but not divided by its
    /// pivot, or the end.
    /// </summary>
    /// <remarks>
    /// The block on the diagonal comes first, one step after another, because each step needs the pivot of the one before; then the same
    /// steps on all lines to the right of it.
    /// </remarks>
    private static int FactorBlock(Span<double> matrix, int order, int start, int end, ReadOnlySpan<double> floors)
    {
        int first = start - (start % Line.Lanes);
        int columns = order - first;
        int count = end - first;
        int begin = start - first;
        ref double target = ref matrix[(first * order) + first];
        Span<double> block = stackalloc double[BlockLength];
        Span<double> inverses = stackalloc double[Line.Lanes];
        LoadEdge(ref target, order, 0, columns, block);
        ref double diagonal = ref MemoryMarshal.GetReference(block);
        ref double inverse = ref MemoryMarshal.GetReference(inverses);
        int step = begin == 0 && count == Line.Lanes
            && FactorDiagonal(ref diagonal, ref inverse, floors.IsEmpty ? default : floors[first..end])
            ? count
            : FactorDiagonal(ref diagonal, ref inverse, begin, count, floors.IsEmpty ? default : floors[first..end]);
        StoreEdge(ref target, order, 0, columns, block);
        Span<double> edge = stackalloc double[BlockLength];
        for (int column = Line.Lanes; column < columns; column += Line.Lanes)
        {
            if (step - begin == Line.Lanes && column + Line.Lanes <= columns)
            {
                FactorLine(ref diagonal, ref inverse, ref Unsafe.Add(ref target, column), order);
            }
            else if (column + Line.Lanes <= columns)
            {
                FactorLine(ref diagonal, ref inverse, begin, step, ref Unsafe.Add(ref target, column), order);
            }
            else
            {
                LoadEdge(ref target, order, column, columns, edge);
                FactorLine(ref diagonal, ref inverse, begin, step, ref edge[0], Line.Lanes);
                StoreEdge(ref target, order, column, columns, edge);
            }
        }

        return first + step;
    }

    /// <summary>
    /// Does the steps from <paramref name="begin"/> on in a block on the diagonal. Returns the first step whose pivot is not above its
    /// floor, or the count.
    /// </summary>
    private static int FactorDiagonal(ref double block, ref double inverses, int begin, int count, ReadOnlySpan<double> floors)
    {
        int step = begin;
        for (; step < count; step++)
        {
            ref double row = ref Unsafe.Add(ref block, step * Line.Lanes);
            ref double square = ref Unsafe.Add(ref row, step);
            if (!(square > (floors.IsEmpty ? 0 : floors[step])))
            {
                break;
            }

            double inverse = Pivot(ref square);
            Unsafe.Add(ref inverses, step) = inverse;
            for (int j = step + 1; j < count; j++)
            {
                Unsafe.Add(ref row, j) *= inverse;
            }

            for (int below = step + 1; below < count; below++)
            {
                ref double other = ref Unsafe.Add(ref block, below * Line.Lanes);
                for (int j = below; j < count; j++)
                {
                    ref double element = ref Unsafe.Add(ref other, j);
                    element = double.MultiplyAddEstimate(-Unsafe.Add(ref row, below), Unsafe.Add(ref row, j), element);
                }
            }
        }

        return step;
    }

    /// <summary>Does all eight steps of a block on one line to its right; the line's eight rows stay in registers.</summary>
    private static void FactorLine(ref double diagonal, ref double inverses, ref double line, nint stride)
    {
        Vector512<double> row0 = Line.Load(ref line, 0);
        Vector512<double> row1 = Line.Load(ref Unsafe.Add(ref line, stride), 0);
        Vector512<double> row2 = Line.Load(ref Unsafe.Add(ref line, 2 * stride), 0);
        Vector512<double> row3 = Line.Load(ref Unsafe.Add(ref line, 3 * stride), 0);
        Vector512<double> row4 = Line.Load(ref Unsafe.Add(ref line, 4 * stride), 0);
        Vector512<double> row5 = Line.Load(ref Unsafe.Add(ref line, 5 * stride), 0);
        Vector512<double> row6 = Line.Load(ref Unsafe.Add(ref line, 6 * stride), 0);
        Vector512<double> row7 = Line.Load(ref Unsafe.Add(ref line, 7 * stride), 0);
        row0 *= Vector512.Create(inverses);
        row1 = Subtract(ref diagonal, 1, row0, row1);
        row2 = Subtract(ref diagonal, 2, row0, row2);
        row3 = Subtract(ref diagonal, 3, row0, row3);
        row4 = Subtract(ref diagonal, 4, row0, row4);
        row5 = Subtract(ref diagonal, 5, row0, row5);
        row6 = Subtract(ref diagonal, 6, row0, row6);
        row7 = Subtract(ref diagonal, 7, row0, row7);
        row1 *= Vector512.Create(Unsafe.Add(ref inverses, 1));
        row2 = Subtract(ref diagonal, 10, row1, row2);
        row3 = Subtract(ref diagonal, 11, row1, row3);
        row4 = Subtract(ref diagonal, 12, row1, row4);
        row5 = Subtract(ref diagonal, 13, row1, row5);
        row6 = Subtract(ref diagonal, 14, row1, row6);
        row7 = Subtract(ref diagonal, 15, row1, row7);
        row2 *= Vector512.Create(Unsafe.Add(ref inverses, 2));
        row3 = Subtract(ref diagonal, 19, row2, row3);
        row4 = Subtract(ref diagonal, 20, row2, row4);
        row5 = Subtract(ref diagonal, 21, row2, row5);
        row6 = Subtract(ref diagonal, 22, row2, row6);
        row7 = Subtract(ref diagonal, 23, row2, row7);
        row3 *= Vector512.Create(Unsafe.Add(ref inverses, 3));
        row4 = Subtract(ref diagonal, 28, row3, row4);
        row5 = Subtract(ref diagonal, 29, row3, row5);
        row6 = Subtract(ref diagonal, 30, row3, row6);
        row7 = Subtract(ref diagonal, 31, row3, row7);
        row4 *= Vector512.Create(Unsafe.Add(ref inverses, 4));
        row5 = Subtract(ref diagonal, 37, row4, row5);
        row6 = Subtract(ref diagonal, 38, row4, row6);
        row7 = Subtract(ref diagonal, 39, row4, row7);
        row5 *= Vector512.Create(Unsafe.Add(ref inverses, 5));
        row6 = Subtract(ref diagonal, 46, row5, row6);
        row7 = Subtract(ref diagonal, 47, row5, row7);
        row6 *= Vector512.Create(Unsafe.Add(ref inverses, 6));
        row7 = Subtract(ref diagonal, 55, row6, row7);
        row7 *= Vector512.Create(Unsafe.Add(ref inverses, 7));
        row0.StoreUnsafe(ref line);
        row1.StoreUnsafe(ref Unsafe.Add(ref line, stride));
        row2.StoreUnsafe(ref Unsafe.Add(ref line, 2 * stride));
        row3.StoreUnsafe(ref Unsafe.Add(ref line, 3 * stride));
        row4.StoreUnsafe(ref Unsafe.Add(ref line, 4 * stride));
        row5.StoreUnsafe(ref Unsafe.Add(ref line, 5 * stride));
        row6.StoreUnsafe(ref Unsafe.Add(ref line, 6 * stride));
        row7.StoreUnsafe(ref Unsafe.Add(ref line, 7 * stride));
    }

    /// <summary>Does the steps from <paramref name="begin"/> to <paramref name="end"/> of a block on one line to its right.</summary>
    private static void FactorLine(ref double diagonal, ref double inverses, int begin, int end, ref double line, nint stride)
    {
        for (int step = begin; step < end; step++)
        {
            ref double row = ref Unsafe.Add(ref line, step * stride);
            Vector512<double> scaled = Line.Load(ref row, 0) * Vector512.Create(Unsafe.Add(ref inverses, step));
            scaled.StoreUnsafe(ref row);
            for (int below = step + 1; below < Line.Lanes; below++)
            {
                ref double other = ref Unsafe.Add(ref line, below * stride);
                Subtract(ref diagonal, (step * Line.Lanes) + below, scaled, Line.Load(ref other, 0)).StoreUnsafe(ref other);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Subtract(ref double diagonal, int factor, Vector512<double> scaled, Vector512<double> row) =>
        Vector512.MultiplyAddEstimate(Vector512.Create(-Unsafe.Add(ref diagonal, factor)), scaled, row);

    /// <summary>
    /// Copies a block of eight by eight out of the matrix that crosses the diagonal or the last column. Values below the diagonal may be
    /// copied, too; <see cref="StoreEdge"/> does not write them back. Lanes of rows or columns that the matrix does not have are left as
    /// they are.
    /// </summary>
    private static void LoadEdge(ref double rows, int order, int column, int columns, Span<double> block)
    {
        if (column + Line.Lanes <= columns)
        {
            for (int i = 0; i < Line.Lanes; i++)
            {
                Line.Load(ref rows, (i * order) + column).StoreUnsafe(ref block[i * Line.Lanes]);
            }

            return;
        }

        int end = columns - column;
        for (int i = 0; i < Math.Min(Line.Lanes, columns); i++)
        {
            for (int j = Math.Max(i - column, 0); j < end; j++)
            {
                block[(i * Line.Lanes) + j] = Unsafe.Add(ref rows, ((nint)i * order) + column + j);
            }
        }
    }

    /// <summary>
    /// Copies a block back that <see cref="LoadEdge"/> copied: its elements on and above the diagonal that the matrix has.
    /// </summary>
    private static void StoreEdge(ref double rows, int order, int column, int columns, ReadOnlySpan<double> block)
    {
        if (column + Line.Lanes <= columns)
        {
            for (int i = 0; i < Line.Lanes; i++)
            {
                ref double row = ref Unsafe.Add(ref rows, ((nint)i * order) + column);
                Vector512<double> below = Line.FirstLanes(i);
                Vector512.ConditionalSelect(below, Line.Load(ref row, 0),
                    Vector512.Create<double>(block.Slice(i * Line.Lanes, Line.Lanes))).StoreUnsafe(ref row);
            }

            return;
        }

        int end = columns - column;
        for (int i = 0; i < Math.Min(Line.Lanes, columns); i++)
        {
            for (int j = Math.Max(i - column, 0); j < end; j++)
            {
                Unsafe.Add(ref rows, ((nint)i * order) + column + j) = block[(i * Line.Lanes) + j];
            }
        }
    }
}
