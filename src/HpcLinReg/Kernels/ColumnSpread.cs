using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HpcLinReg.Kernels;

/// <summary>
/// Mean and variance of the columns of a block in one reading, good for a choice of constants: Σ(x − s) and Σ(x − s)² of one of the
/// rows s, which is within √n deviations of the mean, so that no more than the bits of n cancel.
/// </summary>
internal sealed class ColumnSpread
{
    private readonly int _sideBySide;
    private readonly double[] _shifts;
    private readonly double[] _sums;
    private readonly double[] _squares;

    /// <summary>Makes room for so many joint columns, which decide alone what is added to what: a part of them has the same bits as all.</summary>
    internal ColumnSpread(int columns)
    {
        // Few columns: eight rows side by side are as many lines as there are columns.
        _sideBySide = columns < Line.Lanes ? Line.Lanes : 1;
        int length = Math.Max(columns, Line.Lanes) * _sideBySide;
        (_shifts, _sums, _squares) = (new double[length], new double[length], new double[length]);
    }

    /// <summary>Reads a block.</summary>
    /// <param name="x">Some of the joint columns.</param>
    /// <param name="weights">One column of weights, not all 0, or none.</param>
    /// <param name="means">Receives the means.</param>
    /// <param name="variances">Receives the variances, those of values that are all equal within the rounding of the mean.</param>
    internal void Compute<T>(MatrixSpan<T> x, MatrixSpan<double> weights, Span<double> means, Span<double> variances)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int columns = x.Columns;
        if (columns == 0 || x.Rows == 0)
        {
            return;
        }

        int sideBySide = weights.Columns == 0 ? _sideBySide : 1;
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

    /// <summary>A row that is nearest to the mean in the sense that its weight allows.</summary>
    private static int Heaviest(MatrixSpan<double> weights)
    {
        int heaviest = 0;
        for (int i = 1; i < weights.Rows; i++)
        {
            heaviest = weights[i][0] > weights[heaviest][0] ? i : heaviest;
        }

        return heaviest;
    }

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

    /// <summary>By lines where a row, or eight of them side by side, has as much; the rest cell by cell to the same sums.</summary>
    private void Add<T>(MatrixSpan<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int length = _sideBySide * x.Columns;
        int longRows = length >= Line.Lanes && (_sideBySide == 1 || x.RowStride == x.Columns) ? x.Rows / _sideBySide : 0;
        Array.Clear(_sums);
        Array.Clear(_squares);
        if (longRows > 0)
        {
            AddLines(ref MemoryMarshal.GetReference(x[0]), longRows, _sideBySide * x.RowStride, length);
        }

        for (int i = longRows * _sideBySide; i < x.Rows; i++)
        {
            ReadOnlySpan<T> row = x[i];
            int first = i % _sideBySide * x.Columns;
            for (int j = 0; j < row.Length; j++)
            {
                double deviation = Line.Widen(row[j]) - _shifts[j];
                _sums[first + j] += deviation;
                _squares[first + j] = double.MultiplyAddEstimate(deviation, deviation, _squares[first + j]);
            }
        }
    }

    /// <summary>Overwrites the sums of rows of at least one line; the last line of a row may overlap the one before it.</summary>
    private void AddLines<T>(ref T first, int rows, int stride, int length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int j = 0;
        for (; j <= length - (2 * Line.Lanes); j += 2 * Line.Lanes)
        {
            AddTwoLines(ref first, rows, stride, j, j + Line.Lanes);
        }

        if (j < length)
        {
            AddTwoLines(ref first, rows, stride, Math.Min(j, length - Line.Lanes), length - Line.Lanes);
        }
    }

    private void AddTwoLines<T>(ref T first, int rows, nint stride, int j, int k)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector512<double> shift0 = Line.Load(ref _shifts[0], j), shift1 = Line.Load(ref _shifts[0], k);
        Vector512<double> sum0 = default, sum1 = default, squares0 = default, squares1 = default;
        for (int row = 0; row < rows; row++)
        {
            Vector512<double> deviation = Line.Load(ref first, j) - shift0;
            sum0 += deviation;
            squares0 = Vector512.MultiplyAddEstimate(deviation, deviation, squares0);
            deviation = Line.Load(ref first, k) - shift1;
            sum1 += deviation;
            squares1 = Vector512.MultiplyAddEstimate(deviation, deviation, squares1);
            first = ref Unsafe.Add(ref first, stride);
        }

        sum0.StoreUnsafe(ref _sums[j]);
        squares0.StoreUnsafe(ref _squares[j]);
        sum1.StoreUnsafe(ref _sums[k]);
        squares1.StoreUnsafe(ref _squares[k]);
    }
}
