using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HpcLinReg.Kernels;

/// <summary>
/// A panel of rows minus a constant for each column, without any rounding: high and low parts, packed line after line as
/// <see cref="RegisterTile"/> reads them. Low parts are often all zero (for cells within a factor of two of the constant, by Sterbenz's
/// lemma, and for the constant 0); then they are neither stored nor read. With weights there is a second set of cells, the same times the
/// weight of the row.
/// </summary>
/// <remarks>
/// Each column has a power of two Pⱼ ≥ √2·‖column‖ (with weights, of the column times the root of the weights), which the anchors of
/// <see cref="AnchoredSum"/> are made of.
/// </remarks>
internal sealed class DoubleDoublePanel
{
    private readonly bool[] _lineHasLow;
    private readonly double[] _squares;
    private double[] _weightedHigh = [];
    private double[] _weightedLow = [];

    /// <summary>Allocates the memory of one panel for this number of columns.</summary>
    internal DoubleDoublePanel(int columns)
    {
        Columns = columns;
        Lines = GramBlocks.Lines(columns);
        High = new double[Lines * RegisterTile.LinePitch];
        Low = new double[Lines * RegisterTile.LinePitch];
        Powers = new double[Lines * Line.Lanes];
        _squares = new double[Lines * Line.Lanes];
        _lineHasLow = new bool[Lines];
    }

    /// <summary>Gets the number of columns.</summary>
    internal int Columns { get; }

    /// <summary>Gets the number of lines of a row.</summary>
    internal int Lines { get; }

    /// <summary>Gets the number of rows of the last <see cref="Fill"/>.</summary>
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

    /// <summary>Gets Pⱼ of each column; 0 for a column of zeros.</summary>
    internal double[] Powers { get; }

    /// <summary>Fills the panel with rows, at most one panel of them.</summary>
    /// <param name="x">The left columns.</param>
    /// <param name="y">The right columns, as many rows.</param>
    /// <param name="low">Low parts of the joint cells, or no columns.</param>
    /// <param name="centers">
    /// The constant that is subtracted from each joint column; of padded length, zeros behind the last column.
    /// </param>
    /// <param name="weights">One column of weights, or none.</param>
    internal void Fill<T>(MatrixSpan<T> x, MatrixSpan<T> y, MatrixSpan<double> low, ReadOnlySpan<double> centers,
        MatrixSpan<double> weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Rows = x.Rows;
        HasLow = false;
        IsWeighted = weights.Columns > 0;
        bool given = low.Columns > 0;

        // Whole lines of x are centred straight from the caller's memory; others are first copied to their places.
        int direct = IsWeighted || given || Rows == 0 ? 0 : x.Columns / Line.Lanes;
        Copy(x, y, High, weights, direct);
        if (given)
        {
            Copy(low, low.SliceColumns(low.Columns, 0), Low, weights, 0);
        }

        for (int line = 0; line < Lines; line++)
        {
            var center = Vector512.Create(centers.Slice(line * Line.Lanes, Line.Lanes));
            if (line < direct)
            {
                Center(ref Unsafe.Add(ref MemoryMarshal.GetReference(x[0]), line * Line.Lanes), x.RowStride, line, center, given: false);
            }
            else
            {
                Center(ref High[line * RegisterTile.LinePitch], Line.Lanes, line, center, given);
            }
        }

        for (int line = 0; HasLow && line < Lines; line++)
        {
            if (!_lineHasLow[line])
            {
                Low.AsSpan(line * RegisterTile.LinePitch, Rows * Line.Lanes).Clear();
            }
        }

        if (IsWeighted)
        {
            if (_weightedHigh.Length == 0)
            {
                _weightedHigh = new double[High.Length];
                _weightedLow = new double[High.Length];
            }

            for (int line = 0; line < Lines; line++)
            {
                Weight(line, weights);
            }
        }

        _squares.CopyTo(Powers, 0);
        AnchoredSum.PowersAbove(Powers);
    }

    /// <summary>Adds the (weighted) sums of the columns in double-double.</summary>
    /// <param name="totalWeight">The sum of the panel's weights; without weights the number of rows.</param>
    /// <param name="sums">Added to, of padded length.</param>
    internal void AddSums(double totalWeight, DoubleDoubleSpan sums)
    {
        ref double cells = ref MemoryMarshal.GetArrayDataReference(LeftHigh);
        ref double lowCells = ref MemoryMarshal.GetArrayDataReference(LeftLow);
        bool hasLow = HasLow || IsWeighted;
        double power = AnchoredSum.PowerAbove(totalWeight);
        for (int line = 0; line < Lines; line++)
        {
            Vector512<double> anchor = AnchoredSum.Anchor(power, Line.Load(ref Powers[0], line * Line.Lanes));
            Vector512<double> sum = anchor;
            Vector512<double> errors = default;
            int cell = line * RegisterTile.LinePitch;
            for (int end = cell + (Rows * Line.Lanes); cell < end; cell += Line.Lanes)
            {
                Vector512<double> value = Line.Load(ref cells, cell);
                AnchoredSum.Add(value, ref sum, ref errors);
                if (hasLow)
                {
                    errors += Line.Load(ref lowCells, cell);
                }
            }

            ref double target = ref sums.High[line * Line.Lanes];
            ref double targetLow = ref sums.Low[line * Line.Lanes];
            (DoubleDoubleLine.Load(ref target, ref targetLow, 0) + DoubleDoubleLine.Sum(sum - anchor, errors)).Store(ref target,
                ref targetLow, 0);
        }
    }

    /// <summary>
    /// Copies cells, widened to double, into the lines from <paramref name="firstLine"/> on. Rows of weight 0 become zeros, even if they
    /// have NaN or infinite cells.
    /// </summary>
    private static void Copy<T>(MatrixSpan<T> x, MatrixSpan<T> y, double[] target, MatrixSpan<double> weights, int firstLine)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int whole = x.Columns / Line.Lanes * Line.Lanes;
        int columns = x.Columns + y.Columns;
        int tail = x.Columns - whole;
        Vector512<double> inside = Line.FirstLanes(tail);
        ref double packed = ref MemoryMarshal.GetArrayDataReference(target);
        for (int row = 0; row < x.Rows && firstLine * Line.Lanes < columns; row++)
        {
            int cell = (row * Line.Lanes) + (firstLine * RegisterTile.LinePitch);
            if (weights.Columns > 0 && weights[row][0] == 0)
            {
                for (int line = 0; line < GramBlocks.Lines(columns); line++)
                {
                    Vector512<double>.Zero.StoreUnsafe(ref packed, (nuint)(cell + (line * RegisterTile.LinePitch)));
                }

                continue;
            }

            ReadOnlySpan<T> xs = x[row];
            ref T first = ref MemoryMarshal.GetReference(xs);
            for (int j = firstLine * Line.Lanes; j < whole; j += Line.Lanes)
            {
                Line.Load(ref first, j).StoreUnsafe(ref packed, (nuint)cell);
                cell += RegisterTile.LinePitch;
            }

            // Where at least eight cells remain before the end of x, the last ones of a row are one masked line.
            int scalar = whole;
            if (tail > 0 && (long)(x.Rows - 1 - row) * x.RowStride >= Line.Lanes - tail)
            {
                (Line.Load(ref first, whole) & inside).StoreUnsafe(ref packed,
                    (nuint)((row * Line.Lanes) + (whole / Line.Lanes * RegisterTile.LinePitch)));
                scalar = x.Columns;
            }

            ReadOnlySpan<T> ys = y.Columns == 0 ? [] : y[row];
            for (int j = scalar; j < columns; j++)
            {
                int place = (row * Line.Lanes) + (j / Line.Lanes * RegisterTile.LinePitch) + (j % Line.Lanes);
                target[place] = Line.Widen(j < xs.Length ? xs[j] : ys[j - xs.Length]);
            }
        }
    }

    /// <summary>
    /// Subtracts the constants from one line: differences are high parts, and their rounding errors low parts (Knuth's two-sum).
    /// </summary>
    private void Center<T>(ref T source, nint stride, int line, Vector512<double> center, bool given)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int cell = line * RegisterTile.LinePitch;
        int end = cell + (Rows * Line.Lanes);
        ref double high = ref MemoryMarshal.GetArrayDataReference(High);
        Vector512<double> squares = default;
        if (center == Vector512<double>.Zero && !given)
        {
            for (; cell < end; cell += Line.Lanes)
            {
                Vector512<double> value = Line.Load(ref source, 0);
                value.StoreUnsafe(ref high, (nuint)cell);
                squares = Vector512.MultiplyAddEstimate(value, value, squares);
                source = ref Unsafe.Add(ref source, stride);
            }

            _lineHasLow[line] = false;
            squares.StoreUnsafe(ref _squares[line * Line.Lanes]);
            return;
        }

        ref double low = ref MemoryMarshal.GetArrayDataReference(Low);
        Vector512<double> any = default;
        for (; cell < end; cell += Line.Lanes)
        {
            var difference = DoubleDoubleLine.Sum(Line.Load(ref source, 0), -center);
            Vector512<double> value = difference.High;
            Vector512<double> rest = given ? difference.Low + Line.Load(ref low, cell) : difference.Low;
            value.StoreUnsafe(ref high, (nuint)cell);
            rest.StoreUnsafe(ref low, (nuint)cell);
            any |= rest;
            squares = Vector512.MultiplyAddEstimate(value, value, squares);
            source = ref Unsafe.Add(ref source, stride);
        }

        // A negative zero counts as zero: Abs clears its sign bit.
        _lineHasLow[line] = Vector512.Abs(any) != Vector512<double>.Zero;
        HasLow |= _lineHasLow[line];
        squares.StoreUnsafe(ref _squares[line * Line.Lanes]);
    }

    /// <summary>Multiplies one line by the weights of the rows: products are high parts, and their rounding errors low parts.</summary>
    private void Weight(int line, MatrixSpan<double> weights)
    {
        int first = line * RegisterTile.LinePitch;
        ref double high = ref MemoryMarshal.GetArrayDataReference(High);
        ref double low = ref MemoryMarshal.GetArrayDataReference(Low);
        Vector512<double> squares = default;
        for (int row = 0; row < Rows; row++)
        {
            int cell = first + (row * Line.Lanes);
            var weight = Vector512.Create(weights[row][0]);
            Vector512<double> value = Line.Load(ref high, cell);
            Vector512<double> product = weight * value;
            Vector512<double> rest = DoubleDoubleLine.ProductError(weight, value, product);
            rest = HasLow ? Vector512.MultiplyAddEstimate(weight, Line.Load(ref low, cell), rest) : rest;
            product.StoreUnsafe(ref _weightedHigh[cell]);
            rest.StoreUnsafe(ref _weightedLow[cell]);
            squares = Vector512.MultiplyAddEstimate(product, value, squares);
        }

        squares.StoreUnsafe(ref _squares[line * Line.Lanes]);
    }
}
