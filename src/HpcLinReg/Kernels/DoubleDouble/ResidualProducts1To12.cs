using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HpcLinReg.Kernels;

/// <summary>
/// Computes (X − c)w and (X − c)ᵀr of a panel in double-double, for up to 12 columns: the lanes of a line are eight rows
/// (<see cref="DoubleDoubleColumns"/>), so none is unused behind the last column.
/// </summary>
internal sealed class ResidualProducts1To12
{
    /// <summary>
    /// The largest number of columns. Longer rows are read faster in place than transposed. Changing it changes the bits of results.
    /// </summary>
    internal const int MostColumns = 12;

    private readonly DoubleDoubleColumns _panel;
    private readonly double[] _panelProducts;
    private readonly double[] _panelErrors;

    /// <summary>Allocates the working memory for this number of features.</summary>
    internal ResidualProducts1To12(int columns)
    {
        _panel = new DoubleDoubleColumns(columns);
        _panelProducts = new double[GramBlocks.PaddedColumns(columns)];
        _panelErrors = new double[_panelProducts.Length];
    }

    /// <summary>Fills the panel and computes (X − c)w, four lines of rows at a time; each row is one chain over its columns.</summary>
    /// <param name="x">The rows, at most <see cref="DoubleDoubleColumns.PanelRows"/>.</param>
    /// <param name="centers">c, of padded length.</param>
    /// <param name="weights">w, of padded length.</param>
    /// <param name="dots">Receives the products; behind the last row are values of an earlier panel.</param>
    /// <param name="nextPanel">Rows to prefetch meanwhile.</param>
    internal void MultiplyRows<T>(
        MatrixSpan<T> x,
        ReadOnlySpan<double> centers,
        ReadOnlyDoubleDoubleSpan weights,
        DoubleDoubleVector dots,
        PanelPrefetch<T> nextPanel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        _panel.Fill(x, default, default, centers, default);
        double anchor = DoubleDoubleResiduals.RowAnchor(_panel.Powers, weights.High);
        ref double w = ref MemoryMarshal.GetReference(weights.High);
        ref double wLow = ref MemoryMarshal.GetReference(weights.Low);
        int prefetched = (nextPanel.Lines * DoubleDoubleColumns.SideBySide * Line.Lanes / _panel.Rows) + 1;
        for (int row = 0; row < _panel.Rows; row += DoubleDoubleColumns.SideBySide * Line.Lanes)
        {
            MultiplyFourLines(ref w, ref wLow, anchor, row, dots);
            if (_panel.HasLow)
            {
                MultiplyFourLowLines(ref w, row, dots.Low);
            }

            nextPanel.Advance(prefetched);
        }
    }

    /// <summary>Computes (X − c)w of four lines of rows, from the high parts of the cells.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void MultiplyFourLines(ref double w, ref double wLow, double anchor, int row, DoubleDoubleVector dots)
    {
        ref double cells = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_panel.High), _panel.Cell(0) + row);
        nint pitch = DoubleDoubleColumns.Pitch;
        var start = Vector512.Create(anchor);
        Vector512<double> s0 = start, s1 = start, s2 = start, s3 = start, e0 = default, e1 = default, e2 = default, e3 = default;
        for (int column = _panel.Columns; column > 0; column--)
        {
            var weight = Vector512.Create(w);
            var rest = Vector512.Create(wLow);
            AnchoredSum.AddProduct(Line.Load(ref cells, 0), weight, rest, ref s0, ref e0);
            AnchoredSum.AddProduct(Line.Load(ref cells, Line.Lanes), weight, rest, ref s1, ref e1);
            AnchoredSum.AddProduct(Line.Load(ref cells, 2 * Line.Lanes), weight, rest, ref s2, ref e2);
            AnchoredSum.AddProduct(Line.Load(ref cells, 3 * Line.Lanes), weight, rest, ref s3, ref e3);
            cells = ref Unsafe.Add(ref cells, pitch);
            w = ref Unsafe.Add(ref w, 1);
            wLow = ref Unsafe.Add(ref wLow, 1);
        }

        Store(dots.High, row, s0 - start, s1 - start, s2 - start, s3 - start);
        Store(dots.Low, row, e0, e1, e2, e3);
    }

    /// <summary>Adds the low parts of the cells times w to the low parts of (X − c)w.</summary>
    private void MultiplyFourLowLines(ref double w, int row, double[] dotsLow)
    {
        ref double low = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_panel.Low), _panel.Cell(0) + row);
        nint pitch = DoubleDoubleColumns.Pitch;
        ref double errors = ref MemoryMarshal.GetArrayDataReference(dotsLow);
        Vector512<double> s0 = Line.Load(ref errors, row), s1 = Line.Load(ref errors, row + Line.Lanes);
        Vector512<double> s2 = Line.Load(ref errors, row + (2 * Line.Lanes)), s3 = Line.Load(ref errors, row + (3 * Line.Lanes));
        for (int column = _panel.Columns; column > 0; column--)
        {
            var weight = Vector512.Create(w);
            s0 = Vector512.MultiplyAddEstimate(Line.Load(ref low, 0), weight, s0);
            s1 = Vector512.MultiplyAddEstimate(Line.Load(ref low, Line.Lanes), weight, s1);
            s2 = Vector512.MultiplyAddEstimate(Line.Load(ref low, 2 * Line.Lanes), weight, s2);
            s3 = Vector512.MultiplyAddEstimate(Line.Load(ref low, 3 * Line.Lanes), weight, s3);
            low = ref Unsafe.Add(ref low, pitch);
            w = ref Unsafe.Add(ref w, 1);
        }

        Store(dotsLow, row, s0, s1, s2, s3);
    }

    /// <summary>Stores four lines.</summary>
    private static void Store(double[] target, int row, Vector512<double> line0, Vector512<double> line1, Vector512<double> line2,
        Vector512<double> line3)
    {
        ref double first = ref target[row];
        line0.StoreUnsafe(ref first);
        line1.StoreUnsafe(ref first, Line.Lanes);
        line2.StoreUnsafe(ref first, 2 * Line.Lanes);
        line3.StoreUnsafe(ref first, 3 * Line.Lanes);
    }

    /// <summary>Adds the panel's (X − c)ᵀr, four columns at a time.</summary>
    /// <param name="residuals">r, zeros behind the last row up to a whole line.</param>
    /// <param name="residualPower">A power of two above √2·‖r‖.</param>
    /// <param name="products">Added to, of padded length.</param>
    internal void MultiplyColumns(DoubleDoubleVector residuals, double residualPower, DoubleDoubleSpan products)
    {
        for (int column = 0; column < _panel.Padded; column += DoubleDoubleColumns.SideBySide)
        {
            MultiplyFourColumns(column, residualPower, residuals);
            if (_panel.HasLow)
            {
                MultiplyFourLowColumns(column, residuals.High);
            }
        }

        products.Add(_panelProducts, _panelErrors);
    }

    /// <summary>Computes (X − c)ᵀr of four columns, from the high parts of the cells.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void MultiplyFourColumns(int column, double residualPower, DoubleDoubleVector residuals)
    {
        ref double r = ref MemoryMarshal.GetArrayDataReference(residuals.High);
        ref double rLow = ref MemoryMarshal.GetArrayDataReference(residuals.Low);
        ref double cells = ref _panel.High[_panel.Cell(column)];
        nuint pitch = DoubleDoubleColumns.Pitch;
        Vector512<double> anchor0 = Anchor(column, residualPower), anchor1 = Anchor(column + 1, residualPower);
        Vector512<double> anchor2 = Anchor(column + 2, residualPower), anchor3 = Anchor(column + 3, residualPower);
        Vector512<double> s0 = anchor0, s1 = anchor1, s2 = anchor2, s3 = anchor3, e0 = default, e1 = default, e2 = default, e3 = default;
        for (int row = _panel.Rows; row > 0; row -= Line.Lanes)
        {
            Vector512<double> residual = Line.Load(ref r, 0);
            Vector512<double> rest = Line.Load(ref rLow, 0);
            AnchoredSum.AddProduct(Line.Load(ref cells, 0), residual, rest, ref s0, ref e0);
            AnchoredSum.AddProduct(Vector512.LoadUnsafe(ref cells, pitch), residual, rest, ref s1, ref e1);
            AnchoredSum.AddProduct(Vector512.LoadUnsafe(ref cells, 2 * pitch), residual, rest, ref s2, ref e2);
            AnchoredSum.AddProduct(Vector512.LoadUnsafe(ref cells, 3 * pitch), residual, rest, ref s3, ref e3);
            cells = ref Unsafe.Add(ref cells, Line.Lanes);
            r = ref Unsafe.Add(ref r, Line.Lanes);
            rLow = ref Unsafe.Add(ref rLow, Line.Lanes);
        }

        Line.FoldFour(s0 - anchor0, s1 - anchor1, s2 - anchor2, s3 - anchor3).StoreUnsafe(ref _panelProducts[column]);
        Line.FoldFour(e0, e1, e2, e3).StoreUnsafe(ref _panelErrors[column]);
    }

    /// <summary>Adds the low parts of the cells times r to the errors of (X − c)ᵀr.</summary>
    private void MultiplyFourLowColumns(int column, double[] residuals)
    {
        ref double r = ref MemoryMarshal.GetArrayDataReference(residuals);
        ref double low = ref _panel.Low[_panel.Cell(column)];
        nuint pitch = DoubleDoubleColumns.Pitch;
        Vector512<double> s0 = default, s1 = default, s2 = default, s3 = default;
        for (nuint row = 0; row < (nuint)_panel.Rows; row += Line.Lanes)
        {
            var residual = Vector512.LoadUnsafe(ref r, row);
            s0 = Vector512.MultiplyAddEstimate(Vector512.LoadUnsafe(ref low, row), residual, s0);
            s1 = Vector512.MultiplyAddEstimate(Vector512.LoadUnsafe(ref low, row + pitch), residual, s1);
            s2 = Vector512.MultiplyAddEstimate(Vector512.LoadUnsafe(ref low, row + (2 * pitch)), residual, s2);
            s3 = Vector512.MultiplyAddEstimate(Vector512.LoadUnsafe(ref low, row + (3 * pitch)), residual, s3);
        }

        ref double errors = ref _panelErrors[column];
        (Vector256.LoadUnsafe(ref errors) + Line.FoldFour(s0, s1, s2, s3)).StoreUnsafe(ref errors);
    }

    private Vector512<double> Anchor(int column, double residualPower) => AnchoredSum.Anchor(residualPower, _panel.Powers[column]);
}
