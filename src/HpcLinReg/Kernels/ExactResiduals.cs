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
            MultiplyColumns(ExactPanel.PowerAbove(squares));
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
        int row = 0;
        for (; row <= _panel.Rows - 4; row += 4)
        {
            MultiplyFourRows(ref Unsafe.Add(ref high, row * Line.Lanes), ref w, ref wLow, anchor, row);
        }

        for (; row < _panel.Rows; row++)
        {
            MultiplyRow(ref Unsafe.Add(ref high, row * Line.Lanes), ref w, ref wLow, anchor, row);
        }

        if (!_panel.HasLow)
        {
            return;
        }

        for (row = 0; row < _panel.Rows; row++)
        {
            Vector512<double> sum = default;
            for (int line = 0; line < _panel.Lines; line++)
            {
                int cell = (line * RegisterTile.LinePitch) + (row * Line.Lanes);
                sum = Vector512.MultiplyAddEstimate(Line.Load(ref low, cell), Line.Load(ref w, line * Line.Lanes), sum);
            }

            _dotErrors[row] += Line.Fold(sum);
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

        Store(row, s0 - start, e0);
        Store(row + 1, s1 - start, e1);
        Store(row + 2, s2 - start, e2);
        Store(row + 3, s3 - start, e3);
    }

    private void MultiplyRow(ref double cells, ref double w, ref double wLow, double anchor, int row)
    {
        Vector512<double> start = Vector512.Create(anchor);
        Vector512<double> sum = start, errors = default;
        for (int line = _panel.Lines; line > 0; line--)
        {
            Vector512<double> weight = Line.Load(ref w, 0);
            Vector512<double> value = Line.Load(ref cells, 0);
            Vector512<double> next = ExactGram.Next(value, weight, sum);
            errors += Vector512.MultiplyAddEstimate(value, Line.Load(ref wLow, 0), ExactGram.Lost(value, weight, sum, next));
            sum = next;
            cells = ref Unsafe.Add(ref cells, RegisterTile.LinePitch);
            w = ref Unsafe.Add(ref w, Line.Lanes);
            wLow = ref Unsafe.Add(ref wLow, Line.Lanes);
        }

        Store(row, sum - start, errors);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Store(int row, Vector512<double> sum, Vector512<double> errors)
    {
        _dots[row] = Line.Fold(sum);
        _dotErrors[row] = Line.Fold(errors);
    }

    /// <summary>r = (y − c) − β − (X − c)w, its sums, and the plain sum of its squares; zeros behind the last row.</summary>
    private double Subtract<T>(MatrixSpan<T> y, double center, DoubleDouble offset)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = _panel.Rows;
        for (int row = 0; row < rows; row++)
        {
            _residuals[row] = Line.Widen(y[row][0]);
        }

        Vector512<double> plainSquares = default;
        DoubleDoubleLine sum = default, squares = default;
        DoubleDoubleLine offsets = DoubleDoubleLine.Create(offset);
        for (int row = 0; row < rows; row += Line.Lanes)
        {
            DoubleDoubleLine target = DoubleDoubleLine.Sum(Line.Load(ref _residuals[0], row), Vector512.Create(-center));
            DoubleDoubleLine dot = DoubleDoubleLine.Sum(Line.Load(ref _dots[0], row), Line.Load(ref _dotErrors[0], row));
            DoubleDoubleLine r = target - offsets - dot;
            Vector512<double> inside = row + Line.Lanes <= rows ? Vector512<double>.AllBitsSet : Line.FirstLanes(rows - row);
            r = new DoubleDoubleLine(r.High & inside, r.Low & inside);
            r.Store(ref _residuals[0], ref _residualErrors[0], row);
            sum += r;
            squares += r * r;
            plainSquares = Vector512.MultiplyAddEstimate(r.High, r.High, plainSquares);
        }

        Sum += Fold(sum);
        SumOfSquares += Fold(squares);
        return Line.Fold(plainSquares);
    }

    private static DoubleDouble Fold(DoubleDoubleLine line)
    {
        DoubleDouble sum = 0;
        for (int lane = 0; lane < Line.Lanes; lane++)
        {
            sum += new DoubleDouble(line.High[lane], line.Low[lane]);
        }

        return sum;
    }

    /// <summary>(X − c)ᵀr of the panel, added to the block's.</summary>
    private void MultiplyColumns(double residualPower)
    {
        ref double r = ref MemoryMarshal.GetArrayDataReference(_residuals);
        ref double rLow = ref MemoryMarshal.GetArrayDataReference(_residualErrors);
        int lines = _panel.Lines;
        for (int line = 0; line < lines; line += 2)
        {
            // Two lines at a time; a last odd one is computed twice, which its latency hides.
            int other = Math.Min(line + 1, lines - 1);
            ref double cells0 = ref _panel.High[line * RegisterTile.LinePitch];
            ref double cells1 = ref _panel.High[other * RegisterTile.LinePitch];
            Vector512<double> anchor0 = Vector512.Create(3 * residualPower) * Line.Load(ref _panel.Powers[0], line * Line.Lanes);
            Vector512<double> anchor1 = Vector512.Create(3 * residualPower) * Line.Load(ref _panel.Powers[0], other * Line.Lanes);
            Vector512<double> s0 = anchor0, s1 = anchor1, e0 = default, e1 = default;
            for (int row = 0; row < _panel.Rows; row++)
            {
                Vector512<double> residual = Vector512.Create(Unsafe.Add(ref r, row));
                Vector512<double> rest = Vector512.Create(Unsafe.Add(ref rLow, row));
                Vector512<double> value = Line.Load(ref cells0, row * Line.Lanes);
                Vector512<double> next = ExactGram.Next(residual, value, s0);
                e0 += Vector512.MultiplyAddEstimate(value, rest, ExactGram.Lost(residual, value, s0, next));
                s0 = next;
                value = Line.Load(ref cells1, row * Line.Lanes);
                next = ExactGram.Next(residual, value, s1);
                e1 += Vector512.MultiplyAddEstimate(value, rest, ExactGram.Lost(residual, value, s1, next));
                s1 = next;
            }

            if (_panel.HasLow)
            {
                e0 += LowProducts(ref r, line);
                e1 += LowProducts(ref r, other);
            }

            AddProducts(line, s0 - anchor0, e0);
            if (other > line)
            {
                AddProducts(other, s1 - anchor1, e1);
            }
        }
    }

    private Vector512<double> LowProducts(ref double r, int line)
    {
        Vector512<double> sum = default;
        for (int row = 0; row < _panel.Rows; row++)
        {
            Vector512<double> low = Line.Load(ref _panel.Low[line * RegisterTile.LinePitch], row * Line.Lanes);
            sum = Vector512.MultiplyAddEstimate(low, Vector512.Create(Unsafe.Add(ref r, row)), sum);
        }

        return sum;
    }

    private void AddProducts(int line, Vector512<double> sum, Vector512<double> errors) =>
        (DoubleDoubleLine.Load(ref Products[0], ref ProductErrors[0], line * Line.Lanes) + DoubleDoubleLine.Sum(sum, errors))
            .Store(ref Products[0], ref ProductErrors[0], line * Line.Lanes);
}
