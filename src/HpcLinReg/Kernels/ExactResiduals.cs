using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using HpcLinReg.Threads;

namespace HpcLinReg.Kernels;

/// <summary>
/// What one step of iterative refinement asks of a block of rows, in double-double: residuals r = (y − c) − (X − c)w − β of
/// double-double weights, Σr, Σr² and (X − c)ᵀr. A panel is packed once, exactly (<see cref="ExactPanel"/>), read once along its rows
/// and once along its columns, both by anchored sums of five operations an element.
/// </summary>
/// <remarks>
/// Error of a residual: at most (d + 4)²·2⁻¹⁰²·(Σ Pⱼ|wⱼ| + |y|), Pⱼ ≤ 2√2·‖column of the panel‖; of (X − c)ᵀr from its own sums as
/// stated at <see cref="ExactGram"/>.
/// </remarks>
internal sealed class ExactResiduals
{
    private readonly ExactPanel _panel;
    private readonly double[] _dots = new double[RowBlocks.PanelRows];
    private readonly double[] _dotErrors = new double[RowBlocks.PanelRows];
    private readonly double[] _residuals = new double[RowBlocks.PanelRows];
    private readonly double[] _residualErrors = new double[RowBlocks.PanelRows];

    /// <summary>Makes room for so many features.</summary>
    internal ExactResiduals(int columns)
    {
        _panel = new ExactPanel(columns);
        Products = new double[GramBlocks.PaddedColumns(columns)];
        ProductErrors = new double[Products.Length];
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
        for (int start = 0; start < x.Rows; start += RowBlocks.PanelRows)
        {
            int rows = Math.Min(RowBlocks.PanelRows, x.Rows - start);
            _panel.Fill(x.SliceRows(start, rows), default, default, centers, default);
            MultiplyRows(weights, weightErrors);
            double squares = Subtract(y.SliceRows(start, rows), targetCenter, offset);
            double power = ExactPanel.PowerAbove(squares);
            AddSums(power);
            MultiplyColumns(power);
        }
    }

    /// <summary>(X − c)w, four rows at a time; a row's eight partial sums are multiples of one power of two, so their fold is exact.</summary>
    private void MultiplyRows(ReadOnlySpan<double> weights, ReadOnlySpan<double> weightErrors)
    {
        double bound = 0;
        for (int j = 0; j < weights.Length; j++)
        {
            bound += _panel.Powers[j] * Math.Abs(weights[j]);
        }

        double anchor = bound > 0 ? 3 * Math.ScaleB(1, Math.ILogB(bound) + 2) : bound;
        ref double high = ref MemoryMarshal.GetArrayDataReference(_panel.High);
        ref double low = ref MemoryMarshal.GetArrayDataReference(_panel.Low);
        ref double w = ref MemoryMarshal.GetReference(weights);
        ref double wLow = ref MemoryMarshal.GetReference(weightErrors);

        // Behind the last row lies what an earlier panel left, which nobody looks at.
        for (int row = 0; row < _panel.Rows; row += 4)
        {
            MultiplyFourRows(ref Unsafe.Add(ref high, row * Line.Lanes), ref w, ref wLow, anchor, row);
        }

        for (int row = 0; row < _panel.Rows && _panel.HasLow; row += 4)
        {
            MultiplyFourLowRows(ref Unsafe.Add(ref low, row * Line.Lanes), ref w, row);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void MultiplyFourRows(ref double cells, ref double w, ref double wLow, double anchor, int row)
    {
        Vector512<double> start = Vector512.Create(anchor);
        Vector512<double> s0 = start, s1 = start, s2 = start, s3 = start, e0 = default, e1 = default, e2 = default, e3 = default;
        for (int line = _panel.Lines; line > 0; line--)
        {
            Vector512<double> weight = Line.Load(ref w, 0);
            Vector512<double> rest = Line.Load(ref wLow, 0);
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
            cells = ref Unsafe.Add(ref cells, RegisterTile.LinePitch);
            w = ref Unsafe.Add(ref w, Line.Lanes);
            wLow = ref Unsafe.Add(ref wLow, Line.Lanes);
        }

        Line.FoldFour(s0 - start, s1 - start, s2 - start, s3 - start).StoreUnsafe(ref _dots[row]);
        Line.FoldFour(e0, e1, e2, e3).StoreUnsafe(ref _dotErrors[row]);
    }

    private void MultiplyFourLowRows(ref double low, ref double w, int row)
    {
        Vector512<double> s0 = default, s1 = default, s2 = default, s3 = default;
        for (int line = _panel.Lines; line > 0; line--)
        {
            Vector512<double> weight = Line.Load(ref w, 0);
            s0 = Vector512.MultiplyAddEstimate(Line.Load(ref low, 0), weight, s0);
            s1 = Vector512.MultiplyAddEstimate(Line.Load(ref low, Line.Lanes), weight, s1);
            s2 = Vector512.MultiplyAddEstimate(Line.Load(ref low, 2 * Line.Lanes), weight, s2);
            s3 = Vector512.MultiplyAddEstimate(Line.Load(ref low, 3 * Line.Lanes), weight, s3);
            low = ref Unsafe.Add(ref low, RegisterTile.LinePitch);
            w = ref Unsafe.Add(ref w, Line.Lanes);
        }

        ref double errors = ref _dotErrors[row];
        (Vector256.LoadUnsafe(ref errors) + Line.FoldFour(s0, s1, s2, s3)).StoreUnsafe(ref errors);
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

    /// <summary>(X − c)ᵀr of the panel, added to the block's: four lines at a time, and of one line rows with an even and with an odd index.</summary>
    private void MultiplyColumns(double residualPower)
    {
        int line = 0;
        for (; line <= _panel.Lines - 4; line += 4)
        {
            MultiplyFourColumns(line, 3 * residualPower);
        }

        for (; line < _panel.Lines; line++)
        {
            MultiplyColumn(line, 3 * residualPower);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void MultiplyFourColumns(int line, double anchor)
    {
        ref double r = ref MemoryMarshal.GetArrayDataReference(_residuals);
        ref double rLow = ref MemoryMarshal.GetArrayDataReference(_residualErrors);
        ref double cells = ref _panel.High[line * RegisterTile.LinePitch];
        Vector512<double> anchor0 = Anchor(line, anchor), anchor1 = Anchor(line + 1, anchor), anchor2 = Anchor(line + 2, anchor), anchor3 = Anchor(line + 3, anchor);
        Vector512<double> s0 = anchor0, s1 = anchor1, s2 = anchor2, s3 = anchor3, e0 = default, e1 = default, e2 = default, e3 = default;
        for (int row = _panel.Rows; row > 0; row--)
        {
            Vector512<double> residual = Vector512.Create(r);
            Vector512<double> rest = Vector512.Create(rLow);
            Vector512<double> value = Line.Load(ref cells, 0);
            Vector512<double> next = ExactGram.Next(residual, value, s0);
            e0 += Vector512.MultiplyAddEstimate(value, rest, ExactGram.Lost(residual, value, s0, next));
            s0 = next;
            value = Line.Load(ref cells, RegisterTile.LinePitch);
            next = ExactGram.Next(residual, value, s1);
            e1 += Vector512.MultiplyAddEstimate(value, rest, ExactGram.Lost(residual, value, s1, next));
            s1 = next;
            value = Line.Load(ref cells, 2 * RegisterTile.LinePitch);
            next = ExactGram.Next(residual, value, s2);
            e2 += Vector512.MultiplyAddEstimate(value, rest, ExactGram.Lost(residual, value, s2, next));
            s2 = next;
            value = Line.Load(ref cells, 3 * RegisterTile.LinePitch);
            next = ExactGram.Next(residual, value, s3);
            e3 += Vector512.MultiplyAddEstimate(value, rest, ExactGram.Lost(residual, value, s3, next));
            s3 = next;
            cells = ref Unsafe.Add(ref cells, Line.Lanes);
            r = ref Unsafe.Add(ref r, 1);
            rLow = ref Unsafe.Add(ref rLow, 1);
        }

        AddProducts(line, s0 - anchor0, e0);
        AddProducts(line + 1, s1 - anchor1, e1);
        AddProducts(line + 2, s2 - anchor2, e2);
        AddProducts(line + 3, s3 - anchor3, e3);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void MultiplyColumn(int line, double anchor)
    {
        ref double r = ref MemoryMarshal.GetArrayDataReference(_residuals);
        ref double rLow = ref MemoryMarshal.GetArrayDataReference(_residualErrors);
        ref double cells = ref _panel.High[line * RegisterTile.LinePitch];
        Vector512<double> start = Anchor(line, anchor), s0 = start, s1 = start, e0 = default, e1 = default;
        for (int row = 0; row < _panel.Rows; row++)
        {
            Vector512<double> residual = Vector512.Create(Unsafe.Add(ref r, row));
            Vector512<double> value = Line.Load(ref cells, row * Line.Lanes);
            Vector512<double> next = ExactGram.Next(residual, value, s0);
            Vector512<double> errors = e0 + Vector512.MultiplyAddEstimate(value, Vector512.Create(Unsafe.Add(ref rLow, row)), ExactGram.Lost(residual, value, s0, next));
            (s0, s1, e0, e1) = (s1, next, e1, errors);
        }

        AddProducts(line, (s0 - start) + (s1 - start), e0 + e1);
    }

    private Vector512<double> Anchor(int line, double anchor) => Vector512.Create(anchor) * Line.Load(ref _panel.Powers[0], line * Line.Lanes);

    private Vector512<double> LowProducts(int line)
    {
        Vector512<double> sum = default;
        for (int row = 0; row < _panel.Rows; row++)
        {
            Vector512<double> low = Line.Load(ref _panel.Low[line * RegisterTile.LinePitch], row * Line.Lanes);
            sum = Vector512.MultiplyAddEstimate(low, Vector512.Create(_residuals[row]), sum);
        }

        return sum;
    }

    private void AddProducts(int line, Vector512<double> sum, Vector512<double> errors)
    {
        errors += _panel.HasLow ? LowProducts(line) : default;
        (DoubleDoubleLine.Load(ref Products[0], ref ProductErrors[0], line * Line.Lanes) + DoubleDoubleLine.Sum(sum, errors))
            .Store(ref Products[0], ref ProductErrors[0], line * Line.Lanes);
    }
}
