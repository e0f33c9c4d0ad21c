using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HpcLinReg.Kernels;

/// <summary>
/// Computes the sums that one step of iterative refinement needs from a block of rows, in double-double: with the residuals r = (y − c) −
/// (X − c)w − β of double-double weights w, Σr, Σr² and (X − c)ᵀr. Up to 12 features it uses <see cref="ResidualProducts1To12"/>, beyond
/// them <see cref="ResidualProductsFrom13"/>.
/// </summary>
/// <remarks>
/// A panel of rows is read twice, for (X − c)w and then for (X − c)ᵀr, both by anchored sums of five operations a line.
/// Error of a residual: at most (d + 4)²·2⁻¹⁰²·(Σ Pⱼ|wⱼ| + |y|), Pⱼ ≤ 2√2·‖column of the panel‖; of (X − c)ᵀr as stated at
/// <see cref="DoubleDoubleGram"/>. Holds working memory, so one thread at a time uses an instance.
/// </remarks>
internal sealed class DoubleDoubleResiduals
{
    private readonly ResidualProducts1To12? _narrow;
    private readonly ResidualProductsFrom13? _wide;
    private readonly int _panelRows;
    private readonly DoubleDoubleVector _dots;
    private readonly DoubleDoubleVector _residuals;

    /// <summary>Allocates the working memory for this number of features.</summary>
    internal DoubleDoubleResiduals(int columns)
    {
        _narrow = columns <= ResidualProducts1To12.MostColumns ? new ResidualProducts1To12(columns) : null;
        _wide = _narrow is null ? new ResidualProductsFrom13(columns) : null;
        _panelRows = _wide?.PanelRows ?? DoubleDoubleColumns.PanelRows;
        _dots = new DoubleDoubleVector(_panelRows);
        _residuals = new DoubleDoubleVector(_panelRows);
        Products = new DoubleDoubleVector(GramBlocks.PaddedColumns(columns));
    }

    /// <summary>Gets the last block's (X − c)ᵀr, of padded length.</summary>
    internal DoubleDoubleVector Products { get; }

    /// <summary>
    /// Gets the part of the rows' predictions that comes from indicators, which also takes the sums of residuals at their places; null for
    /// none.
    /// </summary>
    internal IndexedTerms? Terms { get; init; }

    /// <summary>Gets the last block's Σr.</summary>
    internal DoubleDouble Sum { get; private set; }

    /// <summary>Gets the last block's Σr².</summary>
    internal DoubleDouble SumOfSquares { get; private set; }

    /// <summary>Computes <see cref="Products"/>, <see cref="Sum"/> and <see cref="SumOfSquares"/> of a block.</summary>
    /// <param name="x">The features, at most one block of rows.</param>
    /// <param name="y">The target, one column.</param>
    /// <param name="centers">The constants c that are subtracted from the features, of padded length.</param>
    /// <param name="targetCenter">The constant that is subtracted from the target.</param>
    /// <param name="weights">w of padded length, zeros behind the end.</param>
    /// <param name="offset">β.</param>
    /// <param name="rowWeights">
    /// v, whose values times their scale are at most one a row; the sums are then Σvr, Σvr² (in double) and (X − c)ᵀ(v∘r).
    /// </param>
    internal void Compute<T>(
        MatrixSpan<T> x,
        MatrixSpan<T> y,
        ReadOnlySpan<double> centers,
        double targetCenter,
        ReadOnlyDoubleDoubleSpan weights,
        DoubleDouble offset,
        ScaledRowWeights rowWeights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Products.Clear();
        Sum = 0;
        SumOfSquares = 0;
        for (int start = 0; start < x.Rows; start += _panelRows)
        {
            int rows = Math.Min(_panelRows, x.Rows - start);
            int next = start + rows;
            MatrixSpan<T> panel = x.SliceRows(start, rows), nextPanel = x.SliceRows(next, Math.Min(_panelRows, x.Rows - next));
            _narrow?.MultiplyRows(panel, centers, weights, _dots, new PanelPrefetch<T>(nextPanel));
            _wide?.MultiplyRows(panel, centers, weights, _dots, PanelPrefetch<T>.Behind(x, start, rows, rows));
            Terms?.AddPredictions(start, rows, _dots);
            double squares = Subtract(y.SliceRows(start, rows), targetCenter, offset);
            Terms?.AddResiduals(start, rows, _residuals);
            DoubleDouble weightedSquares = SumOfSquares;
            if (!rowWeights.Values.IsEmpty)
            {
                (squares, double sumOfSquares) = Weigh(rowWeights.Values.Slice(start, rows), rowWeights.Scale);
                weightedSquares += sumOfSquares;
            }

            double power = AnchoredSum.PowerAbove(squares);
            AddSums(rows, power);
            SumOfSquares = rowWeights.Values.IsEmpty ? SumOfSquares : weightedSquares;
            _narrow?.MultiplyColumns(_residuals, power, Products);
            _wide?.MultiplyColumns(panel, _residuals, power, Products);
        }
    }

    /// <summary>
    /// Computes the anchor of a row's products with the weights: no partial sum of (X − c)w exceeds a quarter of its power of two.
    /// </summary>
    internal static double RowAnchor(ReadOnlySpan<double> powers, ReadOnlySpan<double> weights)
    {
        Vector512<double> sums = default;
        for (int j = 0; j < powers.Length; j += Line.Lanes)
        {
            sums = Vector512.MultiplyAddEstimate(
                Vector512.Create(powers.Slice(j, Line.Lanes)), Vector512.Abs(Vector512.Create(weights.Slice(j, Line.Lanes))), sums);
        }

        return AnchoredSum.AnchorAbove(Line.Fold(sums));
    }

    /// <summary>Computes r = (y − c) − β − (X − c)w with zeros behind the last row. Returns the sum of squares in double.</summary>
    private double Subtract<T>(MatrixSpan<T> y, double center, DoubleDouble offset)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = y.Rows;
        if (y.RowStride == 1)
        {
            Line.Widen(MemoryMarshal.CreateReadOnlySpan(in y[0][0], rows), _residuals.High);
        }
        else
        {
            for (int row = 0; row < rows; row++)
            {
                _residuals.High[row] = Line.Widen(y[row][0]);
            }
        }

        Vector512<double> squares = default;
        Vector512<double> centers = Vector512.Create(-center), offsets = Vector512.Create(-offset.High),
        offsetsLow = Vector512.Create(offset.Low);
        for (int row = 0; row < rows; row += Line.Lanes)
        {
            var r = DoubleDoubleLine.Sum(Line.Load(ref _residuals.High[0], row), centers);
            Vector512<double> errors = r.Low - offsetsLow - Line.Load(ref _dots.Low[0], row);
            r = DoubleDoubleLine.Sum(r.High, offsets);
            errors += r.Low;
            r = DoubleDoubleLine.Sum(r.High, -Line.Load(ref _dots.High[0], row));
            r = DoubleDoubleLine.Sum(r.High, errors + r.Low);
            Vector512<double> inside = row + Line.Lanes <= rows ? Vector512<double>.AllBitsSet : Line.FirstLanes(rows - row);
            r = new DoubleDoubleLine(r.High & inside, r.Low & inside);
            r.Store(ref _residuals.High[0], ref _residuals.Low[0], row);
            squares = Vector512.MultiplyAddEstimate(r.High, r.High, squares);
        }

        return Line.Fold(squares);
    }

    /// <summary>Multiplies the residuals by the weights of their rows. Returns Σ(vr)² and Σvr² in double.</summary>
    private (double Squares, double WeightedSquares) Weigh(ReadOnlySpan<double> rowWeights, double scale)
    {
        Span<double> padded = stackalloc double[Line.Lanes];
        Vector512<double> squares = default, weightedSquares = default;
        for (int row = 0; row < rowWeights.Length; row += Line.Lanes)
        {
            int lanes = Math.Min(Line.Lanes, rowWeights.Length - row);
            padded.Clear();
            rowWeights.Slice(row, lanes).CopyTo(padded);
            Vector512<double> v = scale * Vector512.Create(padded), r = Line.Load(ref _residuals.High[0], row);
            Vector512<double> product = v * r;
            Vector512<double> rest = DoubleDoubleLine.ProductError(v, r, product) + (v * Line.Load(ref _residuals.Low[0], row));
            new DoubleDoubleLine(product, rest).Store(ref _residuals.High[0], ref _residuals.Low[0], row);
            squares = Vector512.MultiplyAddEstimate(product, product, squares);
            weightedSquares = Vector512.MultiplyAddEstimate(product, r, weightedSquares);
        }

        return (Line.Fold(squares), Line.Fold(weightedSquares));
    }

    /// <summary>Adds Σr and Σr² of the panel to the block's, by anchored sums; the anchor of Σr rests on |Σr| ≤ √n·‖r‖.</summary>
    private void AddSums(int rows, double residualPower)
    {
        Vector512<double> sumAnchor = AnchoredSum.Anchor(residualPower, AnchoredSum.PowerAbove(rows));
        Vector512<double> squaresAnchor = AnchoredSum.Anchor(residualPower, residualPower);
        Vector512<double> sum = sumAnchor, sumErrors = default, squares = squaresAnchor, squaresErrors = default;
        for (int row = 0; row < rows; row += Line.Lanes)
        {
            Vector512<double> r = Line.Load(ref _residuals.High[0], row), rest = Line.Load(ref _residuals.Low[0], row);
            AnchoredSum.Add(r, rest, ref sum, ref sumErrors);
            AnchoredSum.AddSquare(r, rest, ref squares, ref squaresErrors);
        }

        Sum += DoubleDouble.Sum(Line.Fold(sum - sumAnchor), Line.Fold(sumErrors));
        SumOfSquares += DoubleDouble.Sum(Line.Fold(squares - squaresAnchor), Line.Fold(squaresErrors));
    }
}
