using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HpcLinReg.Kernels;

/// <summary>
/// Computes mean and variance of the columns of a block in one pass, accurately enough for choosing centring constants: from Σ(x − s) and
/// Σ(x − s)², where s is one of the rows. That row is within √n standard deviations of the mean, so cancellation loses at most log₂ n bits.
/// Each column has eight sums, each over every eighth row, whatever the layout of the cells, so some of the columns alone give the same
/// bits as all together.
/// </summary>
internal sealed class ColumnSpread
{
    /// <summary>The number of separate sums for each column. Changing it changes the bits of results.</summary>
    private const int SideBySide = Line.Lanes;

    /// <summary>
    /// The number of cells in the rows that are read at once, line of columns after line: 256 KiB stay in L2. L1 would not keep them where
    /// the distance between rows is a power of two.
    /// </summary>
    private const int CellsAtOnce = 32768;

    private readonly double[] _shifts;
    private readonly double[] _sums;
    private readonly double[] _squares;

    /// <summary>Allocates the working memory for this number of joint columns.</summary>
    internal ColumnSpread(int columns)
    {
        int length = columns * SideBySide;
        (_shifts, _sums, _squares) = (new double[length], new double[length], new double[length]);
    }

    /// <summary>Computes means and variances of a block.</summary>
    /// <param name="x">Some of the joint columns.</param>
    /// <param name="weights">One column of weights, not all 0, or none.</param>
    /// <param name="means">Receives the means.</param>
    /// <param name="variances">Receives the variances; where all values are equal, 0 up to the rounding of the mean.</param>
    internal void Compute<T>(MatrixSpan<T> x, MatrixSpan<double> weights, Span<double> means, Span<double> variances)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int columns = x.Columns;
        if (columns == 0 || x.Rows == 0)
        {
            return;
        }

        int sideBySide = weights.Columns == 0 ? SideBySide : 1;
        int shift = weights.Columns > 0 ? Heaviest(weights) : 0;
        for (int k = 0; k < sideBySide * columns; k++)
        {
            _shifts[k] = Line.Widen(x[shift][k % columns]);
        }

        double total = x.Rows;
        if (weights.Columns > 0)
        {
            total = AddWeighted(x, weights);
        }
        else
        {
            Add(x);
        }

        for (int j = 0; j < columns; j++)
        {
            double sum = 0, squares = 0;
            for (int k = j; k < sideBySide * columns; k += columns)
            {
                sum += _sums[k];
                squares += _squares[k];
            }

            double mean = sum / total;
            means[j] = _shifts[j] + mean;
            variances[j] = (squares / total) - (mean * mean);
        }
    }

    /// <summary>Returns the row of the largest weight, to which the weighted mean is closest in the sense above.</summary>
    private static int Heaviest(MatrixSpan<double> weights)
    {
        int heaviest = 0;
        for (int i = 1; i < weights.Rows; i++)
        {
            heaviest = weights[i][0] > weights[heaviest][0] ? i : heaviest;
        }

        return heaviest;
    }

    /// <summary>Computes the weighted sums, one for each column. Returns the sum of the weights.</summary>
    private double AddWeighted<T>(MatrixSpan<T> x, MatrixSpan<double> weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Array.Clear(_sums);
        Array.Clear(_squares);
        double total = 0;
        for (int i = 0; i < x.Rows; i++)
        {
            double weight = weights[i][0];
            if (weight == 0)
            {
                continue;
            }

            total += weight;
            ReadOnlySpan<T> row = x[i];
            for (int j = 0; j < row.Length; j++)
            {
                double deviation = Line.Widen(row[j]) - _shifts[j];
                _sums[j] += weight * deviation;
                _squares[j] += weight * deviation * deviation;
            }
        }

        return total;
    }

    /// <summary>
    /// Computes the sums, line by line where rows have at least eight columns or lie side by side without gaps, and cell by cell elsewhere,
    /// to the same sums.
    /// </summary>
    private void Add<T>(MatrixSpan<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Array.Clear(_sums);
        Array.Clear(_squares);
        int row = 0;
        int whole = x.Rows / SideBySide * SideBySide;
        if (x.Columns >= Line.Lanes)
        {
            int rowsAtOnce = Math.Max(1, CellsAtOnce / (SideBySide * x.Columns)) * SideBySide;
            for (; row < whole; row += rowsAtOnce)
            {
                AddLongRows(x.SliceRows(row, Math.Min(rowsAtOnce, whole - row)));
            }

            row = whole;
        }
        else if (x.RowStride == x.Columns && whole > 0)
        {
            for (int k = 0; k < SideBySide * x.Columns; k += Line.Lanes)
            {
                AddLine(ref Unsafe.Add(ref MemoryMarshal.GetReference(x[0]), k), whole / SideBySide, SideBySide * x.Columns, k);
            }

            row = whole;
        }

        for (; row < x.Rows; row++)
        {
            ReadOnlySpan<T> cells = x[row];
            int start = row % SideBySide * x.Columns;
            for (int j = 0; j < cells.Length; j++)
            {
                double deviation = Line.Widen(cells[j]) - _shifts[j];
                _sums[start + j] += deviation;
                _squares[start + j] = double.MultiplyAddEstimate(deviation, deviation, _squares[start + j]);
            }
        }
    }

    /// <summary>Adds one line of eight rows that lie side by side, over all groups of eight rows.</summary>
    private void AddLine<T>(ref T cells, int groups, nint length, int k)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector512<double> shift = Line.Load(ref _shifts[0], k), sum = default, squares = default;
        for (int group = 0; group < groups; group++)
        {
            Add(Line.Load(ref cells, 0) - shift, ref sum, ref squares);
            cells = ref Unsafe.Add(ref cells, length);
        }

        sum.StoreUnsafe(ref _sums[k]);
        squares.StoreUnsafe(ref _squares[k]);
    }

    /// <summary>
    /// Adds rows of at least one line, eight at a time. Where the last line overlaps the one before, a mask makes its deviations zero.
    /// </summary>
    private void AddLongRows<T>(MatrixSpan<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T first = ref MemoryMarshal.GetReference(x[0]);
        int last = x.Columns - Line.Lanes;
        for (int j = 0; j < x.Columns; j += Line.Lanes)
        {
            int k = Math.Min(j, last);
            AddEightRows(ref Unsafe.Add(ref first, k), x.Rows, x.RowStride, k, x.Columns, ~Line.FirstLanes(j - k));
        }
    }

    /// <summary>Adds one line of columns of all rows, each of eight rows to its own sums.</summary>
    private void AddEightRows<T>(ref T cells, int rows, nint stride, int k, int columns, Vector512<double> mask)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref double sums = ref _sums[k];
        ref double squares = ref _squares[k];
        Vector512<double> shift = Line.Load(ref _shifts[0], k);
        Vector512<double> sum0 = Line.Load(ref sums, 0), squares0 = Line.Load(ref squares, 0);
        Vector512<double> sum1 = Line.Load(ref sums, columns), squares1 = Line.Load(ref squares, columns);
        Vector512<double> sum2 = Line.Load(ref sums, 2 * columns), squares2 = Line.Load(ref squares, 2 * columns);
        Vector512<double> sum3 = Line.Load(ref sums, 3 * columns), squares3 = Line.Load(ref squares, 3 * columns);
        Vector512<double> sum4 = Line.Load(ref sums, 4 * columns), squares4 = Line.Load(ref squares, 4 * columns);
        Vector512<double> sum5 = Line.Load(ref sums, 5 * columns), squares5 = Line.Load(ref squares, 5 * columns);
        Vector512<double> sum6 = Line.Load(ref sums, 6 * columns), squares6 = Line.Load(ref squares, 6 * columns);
        Vector512<double> sum7 = Line.Load(ref sums, 7 * columns), squares7 = Line.Load(ref squares, 7 * columns);
        for (int row = 0; row < rows; row += SideBySide)
        {
            Add((Line.Load(ref cells, 0) - shift) & mask, ref sum0, ref squares0);
            Add((Line.Load(ref Unsafe.Add(ref cells, stride), 0) - shift) & mask, ref sum1, ref squares1);
            Add((Line.Load(ref Unsafe.Add(ref cells, 2 * stride), 0) - shift) & mask, ref sum2, ref squares2);
            Add((Line.Load(ref Unsafe.Add(ref cells, 3 * stride), 0) - shift) & mask, ref sum3, ref squares3);
            Add((Line.Load(ref Unsafe.Add(ref cells, 4 * stride), 0) - shift) & mask, ref sum4, ref squares4);
            Add((Line.Load(ref Unsafe.Add(ref cells, 5 * stride), 0) - shift) & mask, ref sum5, ref squares5);
            Add((Line.Load(ref Unsafe.Add(ref cells, 6 * stride), 0) - shift) & mask, ref sum6, ref squares6);
            Add((Line.Load(ref Unsafe.Add(ref cells, 7 * stride), 0) - shift) & mask, ref sum7, ref squares7);
            cells = ref Unsafe.Add(ref cells, SideBySide * stride);
        }

        sum0.StoreUnsafe(ref sums);
        squares0.StoreUnsafe(ref squares);
        sum1.StoreUnsafe(ref sums, (nuint)columns);
        squares1.StoreUnsafe(ref squares, (nuint)columns);
        sum2.StoreUnsafe(ref sums, (nuint)(2 * columns));
        squares2.StoreUnsafe(ref squares, (nuint)(2 * columns));
        sum3.StoreUnsafe(ref sums, (nuint)(3 * columns));
        squares3.StoreUnsafe(ref squares, (nuint)(3 * columns));
        sum4.StoreUnsafe(ref sums, (nuint)(4 * columns));
        squares4.StoreUnsafe(ref squares, (nuint)(4 * columns));
        sum5.StoreUnsafe(ref sums, (nuint)(5 * columns));
        squares5.StoreUnsafe(ref squares, (nuint)(5 * columns));
        sum6.StoreUnsafe(ref sums, (nuint)(6 * columns));
        squares6.StoreUnsafe(ref squares, (nuint)(6 * columns));
        sum7.StoreUnsafe(ref sums, (nuint)(7 * columns));
        squares7.StoreUnsafe(ref squares, (nuint)(7 * columns));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(Vector512<double> deviation, ref Vector512<double> sum, ref Vector512<double> squares)
    {
        sum += deviation;
        squares = Vector512.MultiplyAddEstimate(deviation, deviation, squares);
    }
}
