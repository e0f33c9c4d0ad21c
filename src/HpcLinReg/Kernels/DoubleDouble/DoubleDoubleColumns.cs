using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using HpcLinReg.Threads;

namespace HpcLinReg.Kernels;

/// <summary>
/// A panel of rows as <see cref="DoubleDoublePanel"/> has it, each column less a constant without any rounding, but column after column, so that lanes
/// run over rows: a triangle of outputs wastes no lanes then, and few columns fill them.
/// </summary>
internal sealed class DoubleDoubleColumns
{
    /// <summary>Columns whose chains run side by side.</summary>
    internal const int SideBySide = 4;

    /// <summary>The most rows taken at once. It decides bits, as <see cref="RowBlocks"/> does, and divides a block.</summary>
    internal const int PanelRows = 256;

    /// <summary>
    /// Doubles from one column to the next: a panel's rows and one more line, because a power of two would map all columns to the same sets of L1.
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

    /// <summary>Makes room for so many columns, and for columns of zeros up to a multiple of <see cref="SideBySide"/>.</summary>
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
    /// A column's first cell. Columns begin where cache lines do; with loads of two halves of lines the Gram matrix of eight columns took a fifth more time.
    /// Wherever the collector moves the array to, only speed depends on it.
    /// </summary>
    internal int Cell(int column) => _first + (column * Pitch);

    /// <summary>Gets the columns with those of zeros behind them.</summary>
    internal int Padded { get; }

    internal int Columns { get; }

    /// <summary>Gets the rows taken last; behind them are zeros up to a whole line.</summary>
    internal int Rows { get; private set; }

    internal double[] High { get; }

    /// <summary>Gets the low parts; meaningful when <see cref="HasLow"/>.</summary>
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

    /// <summary>Takes rows, at most one panel, as <see cref="DoubleDoublePanel.Fill"/> does.</summary>
    internal void Fill<T>(MatrixSpan<T> x, MatrixSpan<T> y, MatrixSpan<double> low, ReadOnlySpan<double> centers, MatrixSpan<double> weights)
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
            // Nobody asks for their squares, here and of weights: the sums are overwritten before they are read.
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
                // Sums read whole lines, and behind the rows may be what a longer panel left.
                Low.AsSpan(Cell(column), GramBlocks.PaddedColumns(Rows)).Clear();
            }
        }

        for (int column = 0; IsWeighted && column < Columns; column++)
        {
            Weight(column);
        }

        AnchoredSum.PowersAbove(Powers);
    }

    /// <summary>Adds the (weighted) column sums as double-doubles.</summary>
    /// <param name="totalWeight">The sum of the panel's weights, or its rows.</param>
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

    /// <summary>Elsewhere after the collector has moved the array, by less than the line between columns: columns of zeros remain so.</summary>
    private unsafe int FirstCell() => (int)((nuint)(-(nint)Unsafe.AsPointer(ref High[0])) / sizeof(double) % Line.Lanes);

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

    /// <summary>Rows of weight 0 do not count, whatever their cells.</summary>
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

    private void TakeAllRows()
    {
        for (int row = 0; row < Rows; row += Line.Lanes)
        {
            Line.FirstLanes(Math.Min(Line.Lanes, Rows - row)).StoreUnsafe(ref _inside[row]);
        }
    }

    /// <summary>Takes the constant off a column; what rounding takes from the difference goes to the low parts (Knuth's two-sum). Whether there are any.</summary>
    private bool Center(int column, double center, bool given)
    {
        ref double high = ref High[Cell(column)];
        ref double low = ref Low[Cell(column)];
        Vector512<double> centers = Vector512.Create(-center), any = default, squares = default;
        for (int row = 0; row < Rows; row += Line.Lanes)
        {
            Vector512<double> inside = Line.Load(ref _inside[0], row);
            DoubleDoubleLine difference = DoubleDoubleLine.Sum(Line.Load(ref high, row), centers);
            Vector512<double> rest = (given ? difference.Low + Line.Load(ref low, row) : difference.Low) & inside;
            Vector512<double> value = difference.High & inside;
            value.StoreUnsafe(ref high, (nuint)row);
            rest.StoreUnsafe(ref low, (nuint)row);
            any |= rest;
            squares = Vector512.MultiplyAddEstimate(value, value, squares);
        }

        Powers[column] = Line.Fold(squares);

        // A negative zero is no low part: its sign bit is masked out.
        return Vector512.Abs(any) != Vector512<double>.Zero;
    }

    private void Mask(int column)
    {
        ref double high = ref High[Cell(column)];
        for (int row = 0; row < Rows; row += Line.Lanes)
        {
            (Line.Load(ref high, row) & Line.Load(ref _inside[0], row)).StoreUnsafe(ref high, (nuint)row);
        }
    }

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
