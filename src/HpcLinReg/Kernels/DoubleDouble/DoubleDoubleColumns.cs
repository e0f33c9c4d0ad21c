using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HpcLinReg.Kernels;

/// <summary>
/// A panel of rows minus a constant for each column, without any rounding, as in <see cref="DoubleDoublePanel"/>, but stored column after
/// column: the lanes of a line are eight rows. No lane then computes an unused output, and few columns fill all lanes.
/// </summary>
internal sealed class DoubleDoubleColumns
{
    /// <summary>The number of columns whose chains run side by side.</summary>
    internal const int SideBySide = 4;

    /// <summary>The largest number of rows of a panel. It divides a block. Changing it changes the bits of results.</summary>
    internal const int PanelRows = 256;

    /// <summary>
    /// The distance in doubles from one column to the next: the rows of a panel and one more line, because a power of two would map all
    /// columns to the same sets of L1.
    /// </summary>
    internal const int Pitch = PanelRows + Line.Lanes;

    private readonly bool[] _columnHasLow;
    private readonly double[] _inside;
    private readonly double[] _weights;
    private readonly double[] _panelSums;
    private readonly double[] _panelErrors;
    private int _first;
    private double[] _weightedHigh = [];
    private double[] _weightedLow = [];

    /// <summary>
    /// Allocates the memory of one panel for this number of columns, and for columns of zeros up to a multiple of <see cref="SideBySide"/>.
    /// </summary>
    internal DoubleDoubleColumns(int columns)
    {
        Columns = columns;
        Padded = (columns + SideBySide - 1) / SideBySide * SideBySide;
        High = new double[(Padded * Pitch) + Line.Lanes - 1];
        Low = new double[High.Length];
        Powers = new double[GramBlocks.PaddedColumns(columns)];
        _panelSums = new double[Powers.Length];
        _panelErrors = new double[Powers.Length];
        _columnHasLow = new bool[columns];
        _inside = new double[PanelRows];
        _weights = new double[PanelRows];
    }

    /// <summary>
    /// Returns the index of a column's first cell. Columns begin at the start of cache lines; where loads crossed cache lines the Gram
    /// matrix of eight columns took a fifth more time. If the collector moves the array, only the speed changes.
    /// </summary>
    internal int Cell(int column) => _first + (column * Pitch);

    /// <summary>Gets the number of columns, with the columns of zeros behind them.</summary>
    internal int Padded { get; }

    /// <summary>Gets the number of columns.</summary>
    internal int Columns { get; }

    /// <summary>Gets the number of rows of the last <see cref="Fill"/>; behind them are zeros up to a whole line.</summary>
    internal int Rows { get; private set; }

    /// <summary>Gets the high parts.</summary>
    internal double[] High { get; }

    /// <summary>Gets the low parts; undefined unless <see cref="HasLow"/>.</summary>
    internal double[] Low { get; }

    /// <summary>Gets whether any low part is not zero.</summary>
    internal bool HasLow { get; private set; }

    /// <summary>Gets whether rows have weights.</summary>
    internal bool IsWeighted { get; private set; }

    /// <summary>Gets the left factors of products: the high parts, times the weight when there are weights.</summary>
    internal double[] LeftHigh => IsWeighted ? _weightedHigh : High;

    /// <summary>Gets the low parts of the left factors.</summary>
    internal double[] LeftLow => IsWeighted ? _weightedLow : Low;

    /// <summary>Gets each column's power of two (<see cref="DoubleDoublePanel.Powers"/>).</summary>
    internal double[] Powers { get; }

    /// <summary>Fills the panel with rows. The parameters are those of <see cref="DoubleDoublePanel.Fill"/>.</summary>
    internal void Fill<T>(MatrixSpan<T> x, MatrixSpan<T> y, MatrixSpan<double> low, ReadOnlySpan<double> centers,
        MatrixSpan<double> weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Rows = x.Rows;
        HasLow = false;
        IsWeighted = weights.Columns > 0;
        bool given = low.Columns > 0;
        _first = FirstCell();
        RowTranspose.CopyColumns(x, High.AsSpan(Cell(0)), Pitch, Powers);
        RowTranspose.CopyColumns(y, High.AsSpan(Cell(x.Columns)), Pitch, Powers.AsSpan(x.Columns));
        if (given)
        {
            // The squares of low parts and of weights are not needed; they go to a buffer that is overwritten before it is read.
            RowTranspose.CopyColumns(low, Low.AsSpan(Cell(0)), Pitch, _panelSums);
        }

        if (IsWeighted)
        {
            TakeWeights(weights);
        }
        else if (given || centers[..Columns].ContainsAnyExcept(0))
        {
            TakeAllRows();
        }

        for (int column = 0; column < Columns; column++)
        {
            bool shifted = centers[column] != 0 || given;
            _columnHasLow[column] = shifted && Center(column, centers[column], given);
            HasLow |= _columnHasLow[column];
            if (IsWeighted && !shifted)
            {
                Mask(column);
            }
        }

        for (int column = 0; HasLow && column < Columns; column++)
        {
            if (!_columnHasLow[column])
            {
                // Sums read whole lines, and behind the rows may be values of a longer panel before.
                Low.AsSpan(Cell(column), GramBlocks.PaddedColumns(Rows)).Clear();
            }
        }

        for (int column = 0; IsWeighted && column < Columns; column++)
        {
            Weight(column);
        }

        AnchoredSum.PowersAbove(Powers);
    }

    /// <summary>Adds the (weighted) sums of the columns in double-double.</summary>
    /// <param name="totalWeight">The sum of the panel's weights; without weights the number of rows.</param>
    /// <param name="sums">Added to, of padded length.</param>
    internal void AddSums(double totalWeight, DoubleDoubleSpan sums)
    {
        double power = AnchoredSum.PowerAbove(totalWeight);
        for (int column = 0; column < Padded; column += SideBySide)
        {
            SumFour(column, power);
        }

        sums.Add(_panelSums, _panelErrors);
    }

    /// <summary>
    /// Returns the index of the first cell at the start of a cache line. It changes when the collector moves the array, but by less than
    /// the line between columns, so columns of zeros remain zeros.
    /// </summary>
    private unsafe int FirstCell() => (int)((nuint)(-(nint)Unsafe.AsPointer(ref High[0])) / sizeof(double) % Line.Lanes);

    /// <summary>Computes the sums of four columns.</summary>
    private void SumFour(int column, double power)
    {
        ref double cells = ref LeftHigh[Cell(column)];
        ref double lowCells = ref LeftLow[Cell(column)];
        bool hasLow = HasLow || IsWeighted;
        nint pitch = Pitch;
        Vector512<double> anchor0 = AnchoredSum.Anchor(power, Powers[column]), anchor1 = AnchoredSum.Anchor(power, Powers[column + 1]);
        Vector512<double> anchor2 = AnchoredSum.Anchor(power, Powers[column + 2]), anchor3 = AnchoredSum.Anchor(power, Powers[column + 3]);
        Vector512<double> s0 = anchor0, s1 = anchor1, s2 = anchor2, s3 = anchor3, e0 = default, e1 = default, e2 = default, e3 = default;
        for (int row = Rows; row > 0; row -= Line.Lanes)
        {
            Vector512<double> value = Line.Load(ref cells, 0);
            AnchoredSum.Add(value, ref s0, ref e0);
            value = Vector512.LoadUnsafe(ref cells, (nuint)pitch);
            AnchoredSum.Add(value, ref s1, ref e1);
            value = Vector512.LoadUnsafe(ref cells, (nuint)(2 * pitch));
            AnchoredSum.Add(value, ref s2, ref e2);
            value = Vector512.LoadUnsafe(ref cells, (nuint)(3 * pitch));
            AnchoredSum.Add(value, ref s3, ref e3);
            if (hasLow)
            {
                e0 += Line.Load(ref lowCells, 0);
                e1 += Vector512.LoadUnsafe(ref lowCells, (nuint)pitch);
                e2 += Vector512.LoadUnsafe(ref lowCells, (nuint)(2 * pitch));
                e3 += Vector512.LoadUnsafe(ref lowCells, (nuint)(3 * pitch));
                lowCells = ref Unsafe.Add(ref lowCells, Line.Lanes);
            }

            cells = ref Unsafe.Add(ref cells, Line.Lanes);
        }

        Line.FoldFour(s0 - anchor0, s1 - anchor1, s2 - anchor2, s3 - anchor3).StoreUnsafe(ref _panelSums[column]);
        Line.FoldFour(e0, e1, e2, e3).StoreUnsafe(ref _panelErrors[column]);
    }

    /// <summary>
    /// Copies the weights and marks the rows of positive weight; the others do not count, even if they have NaN or infinite cells.
    /// </summary>
    private void TakeWeights(MatrixSpan<double> weights)
    {
        RowTranspose.CopyColumns(weights, _weights, Pitch, _panelSums);
        for (int row = 0; row < Rows; row += Line.Lanes)
        {
            Vector512.GreaterThan(Line.Load(ref _weights[0], row), Vector512<double>.Zero).StoreUnsafe(ref _inside[row]);
        }

        if (_weightedHigh.Length == 0)
        {
            _weightedHigh = new double[High.Length];
            _weightedLow = new double[High.Length];
        }
    }

    /// <summary>Marks all rows of the panel as counting.</summary>
    private void TakeAllRows()
    {
        for (int row = 0; row < Rows; row += Line.Lanes)
        {
            Line.FirstLanes(Math.Min(Line.Lanes, Rows - row)).StoreUnsafe(ref _inside[row]);
        }
    }

    /// <summary>
    /// Subtracts the constant from a column: differences are high parts, and their rounding errors low parts (Knuth's two-sum). Returns
    /// whether any low part is not zero.
    /// </summary>
    private bool Center(int column, double center, bool given)
    {
        ref double high = ref High[Cell(column)];
        ref double low = ref Low[Cell(column)];
        Vector512<double> centers = Vector512.Create(-center), any = default, squares = default;
        for (int row = 0; row < Rows; row += Line.Lanes)
        {
            Vector512<double> inside = Line.Load(ref _inside[0], row);
            var difference = DoubleDoubleLine.Sum(Line.Load(ref high, row), centers);
            Vector512<double> rest = (given ? difference.Low + Line.Load(ref low, row) : difference.Low) & inside;
            Vector512<double> value = difference.High & inside;
            value.StoreUnsafe(ref high, (nuint)row);
            rest.StoreUnsafe(ref low, (nuint)row);
            any |= rest;
            squares = Vector512.MultiplyAddEstimate(value, value, squares);
        }

        Powers[column] = Line.Fold(squares);

        // A negative zero counts as zero: Abs clears its sign bit.
        return Vector512.Abs(any) != Vector512<double>.Zero;
    }

    /// <summary>Sets the cells of rows that do not count to 0.</summary>
    private void Mask(int column)
    {
        ref double high = ref High[Cell(column)];
        for (int row = 0; row < Rows; row += Line.Lanes)
        {
            (Line.Load(ref high, row) & Line.Load(ref _inside[0], row)).StoreUnsafe(ref high, (nuint)row);
        }
    }

    /// <summary>Multiplies a column by the weights of the rows: products are high parts, and their rounding errors low parts.</summary>
    private void Weight(int column)
    {
        ref double high = ref High[Cell(column)];
        ref double low = ref Low[Cell(column)];
        Vector512<double> squares = default;
        for (int row = 0; row < Rows; row += Line.Lanes)
        {
            Vector512<double> weight = Line.Load(ref _weights[0], row);
            Vector512<double> value = Line.Load(ref high, row);
            Vector512<double> product = weight * value;
            Vector512<double> rest = DoubleDoubleLine.ProductError(weight, value, product);
            rest = HasLow ? Vector512.MultiplyAddEstimate(weight, Line.Load(ref low, row), rest) : rest;
            product.StoreUnsafe(ref _weightedHigh[Cell(column)], (nuint)row);
            rest.StoreUnsafe(ref _weightedLow[Cell(column)], (nuint)row);
            squares = Vector512.MultiplyAddEstimate(product, value, squares);
        }

        Powers[column] = Line.Fold(squares);
    }
}
