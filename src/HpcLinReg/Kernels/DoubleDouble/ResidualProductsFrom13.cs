using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HpcLinReg.Kernels;

/// <summary>
/// Computes (X − c)w and (X − c)ᵀr of a panel in double-double, for 13 columns and more: the lanes of a line are eight columns, so cells
/// are read in place. Only where c is not 0 are the rows centred and copied first.
/// </summary>
/// <remarks>
/// The last line of a row ends with the row and so may overlap the line before (<see cref="Column"/>). There its weights are 0, and what it
/// computes for those columns is not used. Cells are finite: the moments were computed before, which refuse others.
/// </remarks>
internal sealed class ResidualProductsFrom13
{
    /// <summary>The number of rows, or of lines of columns, whose chains run side by side.</summary>
    private const int SideBySide = 4;

    /// <summary>The least number of rows of a full panel.</summary>
    private const int LeastRows = 16;

    /// <summary>The largest number of cells of a panel: 64 KiB, a small part of L2. Panels of half that size were no faster.</summary>
    private const int MostCells = 8192;

    private readonly int _columns;
    private readonly int _lines;
    private readonly double[] _powers;
    private readonly DoubleDoubleVector _weights;
    private readonly double[] _panelProducts;
    private readonly double[] _panelErrors;
    private double[] _high = [];
    private double[] _low = [];
    private bool _isPacked;

    /// <summary>Allocates the working memory for this number of features, at least a line.</summary>
    internal ResidualProductsFrom13(int columns)
    {
        _columns = columns;
        _lines = GramBlocks.Lines(columns);
        PanelRows = RowsOf(columns);
        _powers = new double[(_lines + SideBySide - 1) / SideBySide * SideBySide * Line.Lanes];
        _weights = new DoubleDoubleVector(_lines * Line.Lanes);
        (_panelProducts, _panelErrors) = (new double[_weights.Length], new double[_weights.Length]);
    }

    /// <summary>
    /// Returns the largest number of rows of a panel of this many columns. It divides a block. Changing it changes the bits of results.
    /// </summary>
    internal static int RowsOf(int columns) =>
        Math.Clamp((int)BitOperations.RoundUpToPowerOf2((uint)(MostCells / columns) + 1) / 2, LeastRows, RegisterTile.Rows);

    /// <summary>Gets the largest number of rows of a panel.</summary>
    internal int PanelRows { get; }

    /// <summary>Computes (X − c)w of a panel.</summary>
    /// <param name="x">The rows, at most <see cref="PanelRows"/>.</param>
    /// <param name="centers">c, of padded length.</param>
    /// <param name="weights">w, of padded length.</param>
    /// <param name="dots">Receives the products, of whole lines of rows.</param>
    /// <param name="nextPanel">Rows to prefetch meanwhile.</param>
    internal void MultiplyRows<T>(
        MatrixSpan<T> x,
        ReadOnlySpan<double> centers,
        ReadOnlyDoubleDoubleSpan weights,
        DoubleDoubleVector dots,
        PanelPrefetch<T> nextPanel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TakeWeights(weights.High, _weights.High);
        TakeWeights(weights.Low, _weights.Low);
        _isPacked = centers.ContainsAnyExcept(0);
        if (_isPacked)
        {
            Pack(x, centers);
            MultiplyRows(ref _high[0], _columns, x.Rows, dots, nextPanel);
            AddLowRows(x.Rows, dots.Low);
        }
        else
        {
            MultiplyRows(ref MemoryMarshal.GetReference(x.Values), x.RowStride, x.Rows, dots, nextPanel);
        }
    }

    /// <summary>Adds (X − c)ᵀr of the panel that <c>MultiplyRows</c> was last called for.</summary>
    /// <param name="x">The same rows.</param>
    /// <param name="residuals">r.</param>
    /// <param name="residualPower">A power of two above √2·‖r‖.</param>
    /// <param name="products">Added to, of padded length.</param>
    internal void MultiplyColumns<T>(MatrixSpan<T> x, DoubleDoubleVector residuals, double residualPower, DoubleDoubleSpan products)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (_isPacked)
        {
            MultiplyColumns(ref _high[0], _columns, x.Rows, residualPower, residuals);
            AddLowColumns(x.Rows, residuals.High);
        }
        else
        {
            MultiplyColumns(ref MemoryMarshal.GetReference(x.Values), x.RowStride, x.Rows, residualPower, residuals);
        }

        MoveLastLine(_panelProducts);
        MoveLastLine(_panelErrors);
        products.Add(_panelProducts, _panelErrors);
    }

    /// <summary>Returns the column at which a line begins.</summary>
    private int Column(int line) => Math.Min(line * Line.Lanes, _columns - Line.Lanes);

    /// <summary>Copies the weights; those of the last line go to its last lanes.</summary>
    private void TakeWeights(ReadOnlySpan<double> weights, double[] target)
    {
        int last = (_lines - 1) * Line.Lanes;
        int own = _columns - last;
        weights[..last].CopyTo(target);
        target.AsSpan(last).Clear();
        weights.Slice(last, own).CopyTo(target.AsSpan(target.Length - own));
    }

    /// <summary>Moves the values of the last line's own columns from its last lanes to the first, where the caller expects them.</summary>
    private void MoveLastLine(double[] values)
    {
        Span<double> line = values.AsSpan((_lines - 1) * Line.Lanes);
        int own = _columns - ((_lines - 1) * Line.Lanes);
        line[^own..].CopyTo(line);
        line[own..].Clear();
    }

    /// <summary>Copies the rows minus the constants: differences are high parts, their rounding errors low parts (two-sum).</summary>
    private void Pack<T>(MatrixSpan<T> x, ReadOnlySpan<double> centers)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (_high.Length == 0)
        {
            _high = new double[PanelRows * _columns];
            _low = new double[_high.Length];
        }

        for (int row = 0; row < x.Rows; row++)
        {
            ref T cells = ref MemoryMarshal.GetReference(x[row]);
            for (int line = 0; line < _lines; line++)
            {
                int column = Column(line);
                var difference = DoubleDoubleLine.Sum(Line.Load(ref cells, column), -Vector512.Create(centers.Slice(column, Line.Lanes)));
                difference.Store(ref _high[0], ref _low[0], (row * _columns) + column);
            }
        }
    }

    /// <summary>Computes (X − c)w, four rows at a time; each row is eight chains, over every eighth column.</summary>
    private void MultiplyRows<TCell, T>(ref TCell cells, nint stride, int rows, DoubleDoubleVector dots, PanelPrefetch<T> nextPanel)
        where TCell : unmanaged, IBinaryFloatingPointIeee754<TCell>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        FindPowers(ref cells, stride, rows);
        double anchor = DoubleDoubleResiduals.RowAnchor(_powers.AsSpan(0, _weights.Length), _weights.High);

        // The last four rows may include some that were computed before, with the same result. Where there are fewer than four, each row is
        // computed four times, and the following rows overwrite the copies behind its place.
        (int step, nint next) = rows < SideBySide ? (1, 0) : (SideBySide, stride);
        int linesAtOnce = (nextPanel.Lines * step / rows) + 1;
        for (int row = 0; row < rows; row += step)
        {
            nextPanel.Advance(linesAtOnce);
            int first = Math.Min(row, rows - step);
            MultiplyFourRows(ref Unsafe.Add(ref cells, first * stride), next, anchor, ref dots.High[first], ref dots.Low[first]);
        }
    }

    /// <summary>Computes the power of two of each column (<see cref="DoubleDoublePanel.Powers"/>), four lines at a time.</summary>
    private void FindPowers<T>(ref T cells, nint stride, int rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int line = 0; line < _lines; line += SideBySide)
        {
            int column0 = Column(line), column1 = Column(line + 1), column2 = Column(line + 2), column3 = Column(line + 3);
            Vector512<double> s0 = default, s1 = default, s2 = default, s3 = default;
            ref T row = ref cells;
            for (int left = rows; left > 0; left--)
            {
                Vector512<double> value = Line.Load(ref row, column0);
                s0 = Vector512.MultiplyAddEstimate(value, value, s0);
                value = Line.Load(ref row, column1);
                s1 = Vector512.MultiplyAddEstimate(value, value, s1);
                value = Line.Load(ref row, column2);
                s2 = Vector512.MultiplyAddEstimate(value, value, s2);
                value = Line.Load(ref row, column3);
                s3 = Vector512.MultiplyAddEstimate(value, value, s3);
                row = ref Unsafe.Add(ref row, stride);
            }

            ref double target = ref _powers[line * Line.Lanes];
            s0.StoreUnsafe(ref target);
            s1.StoreUnsafe(ref target, Line.Lanes);
            s2.StoreUnsafe(ref target, 2 * Line.Lanes);
            s3.StoreUnsafe(ref target, 3 * Line.Lanes);
        }

        AnchoredSum.PowersAbove(_powers);
    }

    /// <summary>Adds the low parts of the cells times w to the low parts of (X − c)w.</summary>
    private void AddLowRows(int rows, double[] dotsLow)
    {
        for (int row = 0; row < rows; row++)
        {
            Vector512<double> sum = default;
            for (int line = 0; line < _lines; line++)
            {
                sum = Vector512.MultiplyAddEstimate(Line.Load(ref _low[0], (row * _columns) + Column(line)),
                    Line.Load(ref _weights.High[0], line * Line.Lanes), sum);
            }

            dotsLow[row] += Line.Fold(sum);
        }
    }

    /// <summary>Computes (X − c)ᵀr, four lines of columns at a time; each of the last lines in four chains over every fourth row.</summary>
    private void MultiplyColumns<T>(ref T cells, nint stride, int rows, double residualPower, DoubleDoubleVector residuals)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int line = 0;
        for (; line <= _lines - SideBySide; line += SideBySide)
        {
            MultiplyFourLines(ref cells, stride, rows, line, residualPower, residuals);
        }

        for (; line < _lines; line++)
        {
            MultiplyLine(ref cells, stride, rows, line, residualPower, residuals);
        }
    }

    /// <summary>Adds the low parts of the cells times r to the errors of (X − c)ᵀr.</summary>
    private void AddLowColumns(int rows, double[] residuals)
    {
        for (int line = 0; line < _lines; line++)
        {
            Vector512<double> sum = Line.Load(ref _panelErrors[0], line * Line.Lanes);
            for (int row = 0; row < rows; row++)
            {
                sum = Vector512.MultiplyAddEstimate(Line.Load(ref _low[0], (row * _columns) + Column(line)),
                    Vector512.Create(residuals[row]), sum);
            }

            sum.StoreUnsafe(ref _panelErrors[line * Line.Lanes]);
        }
    }

    /// <summary>Computes (X − c)w of four rows.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void MultiplyFourRows<T>(ref T cells, nint stride, double anchor, ref double dots, ref double dotsLow)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref double w = ref MemoryMarshal.GetArrayDataReference(_weights.High);
        ref double wLow = ref MemoryMarshal.GetArrayDataReference(_weights.Low);
        ref T second = ref Unsafe.Add(ref cells, stride), third = ref Unsafe.Add(ref cells, 2 * stride),
        fourth = ref Unsafe.Add(ref cells, 3 * stride);
        var start = Vector512.Create(anchor);
        Vector512<double> s0 = start, s1 = start, s2 = start, s3 = start, e0 = default, e1 = default, e2 = default, e3 = default;
        for (int line = 0; line < _lines; line++)
        {
            int column = Column(line);
            Vector512<double> weight = Line.Load(ref w, line * Line.Lanes);
            Vector512<double> rest = Line.Load(ref wLow, line * Line.Lanes);
            AnchoredSum.AddProduct(Line.Load(ref cells, column), weight, rest, ref s0, ref e0);
            AnchoredSum.AddProduct(Line.Load(ref second, column), weight, rest, ref s1, ref e1);
            AnchoredSum.AddProduct(Line.Load(ref third, column), weight, rest, ref s2, ref e2);
            AnchoredSum.AddProduct(Line.Load(ref fourth, column), weight, rest, ref s3, ref e3);
        }

        Line.FoldFour(s0 - start, s1 - start, s2 - start, s3 - start).StoreUnsafe(ref dots);
        Line.FoldFour(e0, e1, e2, e3).StoreUnsafe(ref dotsLow);
    }

    /// <summary>Computes (X − c)ᵀr of four lines of columns.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void MultiplyFourLines<T>(ref T cells, nint stride, int rows, int line, double residualPower, DoubleDoubleVector residuals)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref double r = ref MemoryMarshal.GetArrayDataReference(residuals.High);
        ref double rLow = ref MemoryMarshal.GetArrayDataReference(residuals.Low);
        cells = ref Unsafe.Add(ref cells, line * Line.Lanes);
        int last = Column(line + 3) - (line * Line.Lanes);
        Vector512<double> anchor0 = Anchor(line, residualPower), anchor1 = Anchor(line + 1, residualPower),
        anchor2 = Anchor(line + 2, residualPower), anchor3 = Anchor(line + 3, residualPower);
        Vector512<double> s0 = anchor0, s1 = anchor1, s2 = anchor2, s3 = anchor3, e0 = default, e1 = default, e2 = default, e3 = default;
        for (int row = rows; row > 0; row--)
        {
            var residual = Vector512.Create(r);
            var rest = Vector512.Create(rLow);
            AnchoredSum.AddProduct(Line.Load(ref cells, 0), residual, rest, ref s0, ref e0);
            AnchoredSum.AddProduct(Line.Load(ref cells, Line.Lanes), residual, rest, ref s1, ref e1);
            AnchoredSum.AddProduct(Line.Load(ref cells, 2 * Line.Lanes), residual, rest, ref s2, ref e2);
            AnchoredSum.AddProduct(Line.Load(ref cells, last), residual, rest, ref s3, ref e3);
            cells = ref Unsafe.Add(ref cells, stride);
            r = ref Unsafe.Add(ref r, 1);
            rLow = ref Unsafe.Add(ref rLow, 1);
        }

        Store(line, s0 - anchor0, e0);
        Store(line + 1, s1 - anchor1, e1);
        Store(line + 2, s2 - anchor2, e2);
        Store(line + 3, s3 - anchor3, e3);
    }

    /// <summary>Computes (X − c)ᵀr of one line of columns. Its four chains begin at the same anchor, so adding them up is exact.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void MultiplyLine<T>(ref T cells, nint stride, int rows, int line, double residualPower, DoubleDoubleVector residuals)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref double r = ref MemoryMarshal.GetArrayDataReference(residuals.High);
        ref double rLow = ref MemoryMarshal.GetArrayDataReference(residuals.Low);
        cells = ref Unsafe.Add(ref cells, Column(line));
        Vector512<double> start = Anchor(line, residualPower);
        Vector512<double> s0 = start, s1 = start, s2 = start, s3 = start, e0 = default, e1 = default, e2 = default, e3 = default;
        int row = rows;
        for (; row >= SideBySide; row -= SideBySide)
        {
            AnchoredSum.AddProduct(Line.Load(ref cells, 0), Vector512.Create(r), Vector512.Create(rLow), ref s0, ref e0);
            AnchoredSum.AddProduct(Line.Load(ref Unsafe.Add(ref cells, stride), 0), Vector512.Create(Unsafe.Add(ref r, 1)),
                Vector512.Create(Unsafe.Add(ref rLow, 1)), ref s1, ref e1);
            AnchoredSum.AddProduct(Line.Load(ref Unsafe.Add(ref cells, 2 * stride), 0), Vector512.Create(Unsafe.Add(ref r, 2)),
                Vector512.Create(Unsafe.Add(ref rLow, 2)), ref s2, ref e2);
            AnchoredSum.AddProduct(Line.Load(ref Unsafe.Add(ref cells, 3 * stride), 0), Vector512.Create(Unsafe.Add(ref r, 3)),
                Vector512.Create(Unsafe.Add(ref rLow, 3)), ref s3, ref e3);
            cells = ref Unsafe.Add(ref cells, SideBySide * stride);
            r = ref Unsafe.Add(ref r, SideBySide);
            rLow = ref Unsafe.Add(ref rLow, SideBySide);
        }

        for (; row > 0; row--)
        {
            AnchoredSum.AddProduct(Line.Load(ref cells, 0), Vector512.Create(r), Vector512.Create(rLow), ref s0, ref e0);
            cells = ref Unsafe.Add(ref cells, stride);
            r = ref Unsafe.Add(ref r, 1);
            rLow = ref Unsafe.Add(ref rLow, 1);
        }

        Store(line, (s0 - start) + (s1 - start) + ((s2 - start) + (s3 - start)), e0 + e1 + (e2 + e3));
    }

    /// <summary>Stores a line of sums and errors.</summary>
    private void Store(int line, Vector512<double> sum, Vector512<double> errors)
    {
        sum.StoreUnsafe(ref _panelProducts[line * Line.Lanes]);
        errors.StoreUnsafe(ref _panelErrors[line * Line.Lanes]);
    }

    private Vector512<double> Anchor(int line, double residualPower) =>
        AnchoredSum.Anchor(residualPower, Line.Load(ref _powers[0], line * Line.Lanes));
}
