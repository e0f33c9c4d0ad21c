using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HpcLinReg.Kernels;

/// <summary>
/// What one step of iterative refinement asks of a block of rows, in double-double: residuals r = (y − c) − (X − c)w − β of
/// double-double weights, Σr, Σr² and (X − c)ᵀr. A panel is packed once, exactly (<see cref="ExactColumns"/>), read once across its columns
/// and once along them, both by anchored sums of five operations for eight rows of a column.
/// </summary>
/// <remarks>
/// Error of a residual: at most (d + 4)²·2⁻¹⁰²·(Σ Pⱼ|wⱼ| + |y|), Pⱼ ≤ 2√2·‖column of the panel‖; of (X − c)ᵀr from its own sums as
/// stated at <see cref="ExactGram"/>.
/// </remarks>
internal sealed class ExactResiduals
{
    private readonly ExactColumns _panel;
    private readonly double[] _dots;
    private readonly double[] _dotErrors;
    private readonly double[] _residuals;
    private readonly double[] _residualErrors;
    private readonly double[] _panelProducts;
    private readonly double[] _panelErrors;

    /// <summary>Makes room for so many features.</summary>
    internal ExactResiduals(int columns)
    {
        _panel = new ExactColumns(columns);
        int rows = _panel.PanelRows;
        (_dots, _dotErrors, _residuals, _residualErrors) = (new double[rows], new double[rows], new double[rows], new double[rows]);
        Products = new double[GramBlocks.PaddedColumns(columns)];
        ProductErrors = new double[Products.Length];
        _panelProducts = new double[Products.Length];
        _panelErrors = new double[Products.Length];
    }

    /// <summary>Gets the last block's (X − c)ᵀr, of padded length.</summary>
    internal double[] Products { get; }

    /// <summary>Gets its low parts.</summary>
    internal double[] ProductErrors { get; }

    /// <summary>Gets the last block's Σr.</summary>
    internal DoubleDouble Sum { get; private set; }

    /// <summary>Gets the last block's Σr².</summary>
    internal DoubleDouble SumOfSquares { get; private set; }

    /// <summary>Takes a block.</summary>
    /// <param name="x">The features, at most one block of rows.</param>
    /// <param name="y">The target, one column.</param>
    /// <param name="centers">What is taken off the features, of padded length.</param>
    /// <param name="targetCenter">What is taken off the target.</param>
    /// <param name="weights">w of padded length, zeros behind the end.</param>
    /// <param name="weightErrors">Its low parts.</param>
    /// <param name="offset">β.</param>
    internal void Compute<T>(
        MatrixSpan<T> x,
        MatrixSpan<T> y,
        ReadOnlySpan<double> centers,
        double targetCenter,
        ReadOnlySpan<double> weights,
        ReadOnlySpan<double> weightErrors,
        DoubleDouble offset)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Array.Clear(Products);
        Array.Clear(ProductErrors);
        Sum = 0;
        SumOfSquares = 0;
        for (int start = 0; start < x.Rows; start += _panel.PanelRows)
        {
            int rows = Math.Min(_panel.PanelRows, x.Rows - start);
            _panel.Fill(x.SliceRows(start, rows), default, default, centers, default);
            int next = start + rows;
            MultiplyRows(weights, weightErrors, new PanelPrefetch<T>(x.SliceRows(next, Math.Min(_panel.PanelRows, x.Rows - next))));
            double squares = Subtract(y.SliceRows(start, rows), targetCenter, offset);
            double power = ExactPanel.PowerAbove(squares);
            AddSums(power);
            MultiplyColumns(power);
        }
    }

    /// <summary>(X − c)w, four lines of rows at a time; each row is one chain over its columns.</summary>
    private void MultiplyRows<T>(ReadOnlySpan<double> weights, ReadOnlySpan<double> weightErrors, PanelPrefetch<T> nextPanel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double bound = 0;
        for (int j = 0; j < _panel.Columns; j++)
        {
            bound += _panel.Powers[j] * Math.Abs(weights[j]);
        }

        double anchor = bound > 0 ? 3 * Math.ScaleB(1, Math.ILogB(bound) + 2) : bound;
        ref double w = ref MemoryMarshal.GetReference(weights);
        ref double wLow = ref MemoryMarshal.GetReference(weightErrors);

        int lines = (nextPanel.Lines * ExactColumns.SideBySide * Line.Lanes / _panel.Rows) + 1;

        // Behind the last row lies what an earlier panel left, which nobody looks at.
        for (int row = 0; row < _panel.Rows; row += ExactColumns.SideBySide * Line.Lanes)
        {
            MultiplyFourLines(ref w, ref wLow, anchor, row);
            if (_panel.HasLow)
            {
                MultiplyFourLowLines(ref w, row);
            }

            nextPanel.Advance(lines);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void MultiplyFourLines(ref double w, ref double wLow, double anchor, int row)
    {
        ref double cells = ref MemoryMarshal.GetArrayDataReference(_panel.High);
        cells = ref Unsafe.Add(ref cells, row);
        nint pitch = _panel.Pitch;
        Vector512<double> start = Vector512.Create(anchor);
        Vector512<double> s0 = start, s1 = start, s2 = start, s3 = start, e0 = default, e1 = default, e2 = default, e3 = default;
        for (int column = _panel.Columns; column > 0; column--)
        {
            Vector512<double> weight = Vector512.Create(w);
            Vector512<double> rest = Vector512.Create(wLow);
            Vector512<double> value = Line.Load(ref cells, 0);
            Vector512<double> next = ExactGram.Next(value, weight, s0);
            e0 += Vector512.MultiplyAddEstimate(value, rest, ExactGram.Lost(value, weight, s0, next));
            s0 = next;
            value = Line.Load(ref cells, Line.Lanes);
            next = ExactGram.Next(value, weight, s1);
            e1 += Vector512.MultiplyAddEstimate(value, rest, ExactGram.Lost(value, weight, s1, next));
            s1 = next;
            value = Line.Load(ref cells, 2 * Line.Lanes);
            next = ExactGram.Next(value, weight, s2);
            e2 += Vector512.MultiplyAddEstimate(value, rest, ExactGram.Lost(value, weight, s2, next));
            s2 = next;
            value = Line.Load(ref cells, 3 * Line.Lanes);
            next = ExactGram.Next(value, weight, s3);
            e3 += Vector512.MultiplyAddEstimate(value, rest, ExactGram.Lost(value, weight, s3, next));
            s3 = next;
            cells = ref Unsafe.Add(ref cells, pitch);
            w = ref Unsafe.Add(ref w, 1);
            wLow = ref Unsafe.Add(ref wLow, 1);
        }

        Store(_dots, row, s0 - start, s1 - start, s2 - start, s3 - start);
        Store(_dotErrors, row, e0, e1, e2, e3);
    }

    private void MultiplyFourLowLines(ref double w, int row)
    {
        ref double low = ref MemoryMarshal.GetArrayDataReference(_panel.Low);
        low = ref Unsafe.Add(ref low, row);
        nint pitch = _panel.Pitch;
        ref double errors = ref MemoryMarshal.GetArrayDataReference(_dotErrors);
        Vector512<double> s0 = Line.Load(ref errors, row), s1 = Line.Load(ref errors, row + Line.Lanes);
        Vector512<double> s2 = Line.Load(ref errors, row + (2 * Line.Lanes)), s3 = Line.Load(ref errors, row + (3 * Line.Lanes));
        for (int column = _panel.Columns; column > 0; column--)
        {
            Vector512<double> weight = Vector512.Create(w);
            s0 = Vector512.MultiplyAddEstimate(Line.Load(ref low, 0), weight, s0);
            s1 = Vector512.MultiplyAddEstimate(Line.Load(ref low, Line.Lanes), weight, s1);
            s2 = Vector512.MultiplyAddEstimate(Line.Load(ref low, 2 * Line.Lanes), weight, s2);
            s3 = Vector512.MultiplyAddEstimate(Line.Load(ref low, 3 * Line.Lanes), weight, s3);
            low = ref Unsafe.Add(ref low, pitch);
            w = ref Unsafe.Add(ref w, 1);
        }

        Store(_dotErrors, row, s0, s1, s2, s3);
    }

    private static void Store(double[] target, int row, Vector512<double> line0, Vector512<double> line1, Vector512<double> line2, Vector512<double> line3)
    {
        ref double first = ref target[row];
        line0.StoreUnsafe(ref first);
        line1.StoreUnsafe(ref first, Line.Lanes);
        line2.StoreUnsafe(ref first, 2 * Line.Lanes);
        line3.StoreUnsafe(ref first, 3 * Line.Lanes);
    }

    /// <summary>r = (y − c) − β − (X − c)w, zeros behind the last row; returns the plain sum of squares.</summary>
    private double Subtract<T>(MatrixSpan<T> y, double center, DoubleDouble offset)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = _panel.Rows;
        if (y.RowStride == 1)
        {
            Line.Widen(MemoryMarshal.CreateReadOnlySpan(in y[0][0], rows), _residuals);
        }
        else
        {
            for (int row = 0; row < rows; row++)
            {
                _residuals[row] = Line.Widen(y[row][0]);
            }
        }

        Vector512<double> squares = default;
        Vector512<double> centers = Vector512.Create(-center), offsets = Vector512.Create(-offset.High), offsetErrors = Vector512.Create(offset.Low);
        for (int row = 0; row < rows; row += Line.Lanes)
        {
            DoubleDoubleLine r = DoubleDoubleLine.Sum(Line.Load(ref _residuals[0], row), centers);
            Vector512<double> errors = r.Low - offsetErrors - Line.Load(ref _dotErrors[0], row);
            r = DoubleDoubleLine.Sum(r.High, offsets);
            errors += r.Low;
            r = DoubleDoubleLine.Sum(r.High, -Line.Load(ref _dots[0], row));
            r = DoubleDoubleLine.Sum(r.High, errors + r.Low);
            Vector512<double> inside = row + Line.Lanes <= rows ? Vector512<double>.AllBitsSet : Line.FirstLanes(rows - row);
            r = new DoubleDoubleLine(r.High & inside, r.Low & inside);
            r.Store(ref _residuals[0], ref _residualErrors[0], row);
            squares = Vector512.MultiplyAddEstimate(r.High, r.High, squares);
        }

        return Line.Fold(squares);
    }

    /// <summary>Σr and Σr² of the panel, added to the block's, by anchored sums (<see cref="ExactPanel"/>); |Σr| ≤ √n·‖r‖.</summary>
    private void AddSums(double residualPower)
    {
        Vector512<double> sumAnchor = Vector512.Create(3 * residualPower * ExactPanel.PowerAbove(_panel.Rows));
        Vector512<double> squaresAnchor = Vector512.Create(3 * residualPower * residualPower);
        Vector512<double> sum = sumAnchor, sumErrors = default, squares = squaresAnchor, squaresErrors = default;
        for (int row = 0; row < _panel.Rows; row += Line.Lanes)
        {
            Vector512<double> r = Line.Load(ref _residuals[0], row), rest = Line.Load(ref _residualErrors[0], row);
            Vector512<double> next = sum + r;
            sumErrors += (r - (next - sum)) + rest;
            sum = next;
            next = ExactGram.Next(r, r, squares);
            squaresErrors += Vector512.MultiplyAddEstimate(r + r, rest, ExactGram.Lost(r, r, squares, next));
            squares = next;
        }

        Sum += DoubleDouble.Sum(Line.Fold(sum - sumAnchor), Line.Fold(sumErrors));
        SumOfSquares += DoubleDouble.Sum(Line.Fold(squares - squaresAnchor), Line.Fold(squaresErrors));
    }

    /// <summary>(X − c)ᵀr of the panel, added to the block's, four columns at a time.</summary>
    private void MultiplyColumns(double residualPower)
    {
        for (int column = 0; column < _panel.Padded; column += ExactColumns.SideBySide)
        {
            MultiplyFourColumns(column, 3 * residualPower);
            if (_panel.HasLow)
            {
                MultiplyFourLowColumns(column);
            }
        }

        for (int column = 0; column < Products.Length; column += Line.Lanes)
        {
            DoubleDoubleLine panel = DoubleDoubleLine.Sum(Line.Load(ref _panelProducts[0], column), Line.Load(ref _panelErrors[0], column));
            (DoubleDoubleLine.Load(ref Products[0], ref ProductErrors[0], column) + panel).Store(ref Products[0], ref ProductErrors[0], column);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void MultiplyFourColumns(int column, double anchor)
    {
        ref double r = ref MemoryMarshal.GetArrayDataReference(_residuals);
        ref double rLow = ref MemoryMarshal.GetArrayDataReference(_residualErrors);
        ref double cells = ref _panel.High[column * _panel.Pitch];
        nuint pitch = (nuint)_panel.Pitch;
        Vector512<double> anchor0 = Anchor(column, anchor), anchor1 = Anchor(column + 1, anchor);
        Vector512<double> anchor2 = Anchor(column + 2, anchor), anchor3 = Anchor(column + 3, anchor);
        Vector512<double> s0 = anchor0, s1 = anchor1, s2 = anchor2, s3 = anchor3, e0 = default, e1 = default, e2 = default, e3 = default;
        for (int row = _panel.Rows; row > 0; row -= Line.Lanes)
        {
            Vector512<double> residual = Line.Load(ref r, 0);
            Vector512<double> rest = Line.Load(ref rLow, 0);
            Vector512<double> value = Line.Load(ref cells, 0);
            Vector512<double> next = ExactGram.Next(residual, value, s0);
            e0 += Vector512.MultiplyAddEstimate(value, rest, ExactGram.Lost(residual, value, s0, next));
            s0 = next;
            value = Vector512.LoadUnsafe(ref cells, pitch);
            next = ExactGram.Next(residual, value, s1);
            e1 += Vector512.MultiplyAddEstimate(value, rest, ExactGram.Lost(residual, value, s1, next));
            s1 = next;
            value = Vector512.LoadUnsafe(ref cells, 2 * pitch);
            next = ExactGram.Next(residual, value, s2);
            e2 += Vector512.MultiplyAddEstimate(value, rest, ExactGram.Lost(residual, value, s2, next));
            s2 = next;
            value = Vector512.LoadUnsafe(ref cells, 3 * pitch);
            next = ExactGram.Next(residual, value, s3);
            e3 += Vector512.MultiplyAddEstimate(value, rest, ExactGram.Lost(residual, value, s3, next));
            s3 = next;
            cells = ref Unsafe.Add(ref cells, Line.Lanes);
            r = ref Unsafe.Add(ref r, Line.Lanes);
            rLow = ref Unsafe.Add(ref rLow, Line.Lanes);
        }

        Line.FoldFour(s0 - anchor0, s1 - anchor1, s2 - anchor2, s3 - anchor3).StoreUnsafe(ref _panelProducts[column]);
        Line.FoldFour(e0, e1, e2, e3).StoreUnsafe(ref _panelErrors[column]);
    }

    private void MultiplyFourLowColumns(int column)
    {
        ref double r = ref MemoryMarshal.GetArrayDataReference(_residuals);
        ref double low = ref _panel.Low[column * _panel.Pitch];
        nuint pitch = (nuint)_panel.Pitch;
        Vector512<double> s0 = default, s1 = default, s2 = default, s3 = default;
        for (nuint row = 0; row < (nuint)_panel.Rows; row += Line.Lanes)
        {
            Vector512<double> residual = Vector512.LoadUnsafe(ref r, row);
            s0 = Vector512.MultiplyAddEstimate(Vector512.LoadUnsafe(ref low, row), residual, s0);
            s1 = Vector512.MultiplyAddEstimate(Vector512.LoadUnsafe(ref low, row + pitch), residual, s1);
            s2 = Vector512.MultiplyAddEstimate(Vector512.LoadUnsafe(ref low, row + (2 * pitch)), residual, s2);
            s3 = Vector512.MultiplyAddEstimate(Vector512.LoadUnsafe(ref low, row + (3 * pitch)), residual, s3);
        }

        ref double errors = ref _panelErrors[column];
        (Vector256.LoadUnsafe(ref errors) + Line.FoldFour(s0, s1, s2, s3)).StoreUnsafe(ref errors);
    }

    private Vector512<double> Anchor(int column, double anchor) => Vector512.Create(anchor * _panel.Powers[column]);
}
