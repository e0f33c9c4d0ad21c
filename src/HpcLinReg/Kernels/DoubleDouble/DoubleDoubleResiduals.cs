using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HpcLinReg.Kernels;

/// <summary>
/// What one step of iterative refinement asks of a block of rows, in double-double: residuals r = (y − c) − (X − c)w − β of
/// double-double weights, Σr, Σr² and (X − c)ᵀr. A panel is read once across its columns and once along them, both by anchored sums of five
/// operations a line: few columns by <see cref="ResidualProducts1To12"/>, others by <see cref="ResidualProductsFrom13"/>.
/// </summary>
/// <remarks>
/// Error of a residual: at most (d + 4)²·2⁻¹⁰²·(Σ Pⱼ|wⱼ| + |y|), Pⱼ ≤ 2√2·‖column of the panel‖; of (X − c)ᵀr from its own sums as
/// stated at <see cref="DoubleDoubleGram"/>.
/// </remarks>
internal sealed class DoubleDoubleResiduals
{
    private readonly ResidualProducts1To12? _narrow;
    private readonly ResidualProductsFrom13? _wide;
    private readonly int _panelRows;
    private readonly double[] _dots;
    private readonly double[] _dotErrors;
    private readonly double[] _residuals;
    private readonly double[] _residualErrors;

    /// <summary>Makes room for so many features.</summary>
    internal DoubleDoubleResiduals(int columns)
    {
        _narrow = columns <= ResidualProducts1To12.MostColumns ? new ResidualProducts1To12(columns) : null;
        _wide = _narrow is null ? new ResidualProductsFrom13(columns) : null;
        _panelRows = _wide?.PanelRows ?? DoubleDoubleColumns.PanelRows;
        (_dots, _dotErrors) = (new double[_panelRows], new double[_panelRows]);
        (_residuals, _residualErrors) = (new double[_panelRows], new double[_panelRows]);
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
    /// <param name="rowWeights">v, at most one a row; then the sums are Σvr, Σvr² (in double) and (X − c)ᵀ(v∘r). Empty for ones.</param>
    /// <param name="rowWeightScale">A power of two that the weights are multiplied by, so that squares of weights stay in range.</param>
    internal void Compute<T>(
        MatrixSpan<T> x,
        MatrixSpan<T> y,
        ReadOnlySpan<double> centers,
        double targetCenter,
        ReadOnlySpan<double> weights,
        ReadOnlySpan<double> weightErrors,
        DoubleDouble offset,
        ReadOnlySpan<double> rowWeights = default,
        double rowWeightScale = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Array.Clear(Products);
        Array.Clear(ProductErrors);
        Sum = 0;
        SumOfSquares = 0;
        for (int start = 0; start < x.Rows; start += _panelRows)
        {
            int rows = Math.Min(_panelRows, x.Rows - start);
            int next = start + rows;
            MatrixSpan<T> panel = x.SliceRows(start, rows), nextPanel = x.SliceRows(next, Math.Min(_panelRows, x.Rows - next));
            _narrow?.MultiplyRows(panel, centers, weights, weightErrors, _dots, _dotErrors, new PanelPrefetch<T>(nextPanel));
            _wide?.MultiplyRows(panel, centers, weights, weightErrors, _dots, _dotErrors, PanelPrefetch<T>.Behind(x, start, rows, rows));
            double squares = Subtract(y.SliceRows(start, rows), targetCenter, offset);
            DoubleDouble weightedSquares = SumOfSquares;
            if (!rowWeights.IsEmpty)
            {
                (squares, double sumOfSquares) = Weigh(rowWeights.Slice(start, rows), rowWeightScale);
                weightedSquares += sumOfSquares;
            }

            double power = DoubleDoublePanel.PowerAbove(squares);
            AddSums(rows, power);
            SumOfSquares = rowWeights.IsEmpty ? SumOfSquares : weightedSquares;
            _narrow?.MultiplyColumns(_residuals, _residualErrors, power, Products, ProductErrors);
            _wide?.MultiplyColumns(panel, _residuals, _residualErrors, power, Products, ProductErrors);
        }
    }

    /// <summary>The power of two at which chains across columns begin: no partial sum of (X − c)w exceeds a quarter of it.</summary>
    internal static double RowAnchor(ReadOnlySpan<double> powers, ReadOnlySpan<double> weights)
    {
        Vector512<double> sums = default;
        for (int j = 0; j < powers.Length; j += Line.Lanes)
        {
            sums = Vector512.MultiplyAddEstimate(
                Vector512.Create(powers.Slice(j, Line.Lanes)), Vector512.Abs(Vector512.Create(weights.Slice(j, Line.Lanes))), sums);
        }

        double bound = Line.Fold(sums);
        return bound > 0 ? 3 * Math.ScaleB(1, Math.ILogB(bound) + 2) : bound;
    }

    /// <summary>Adds value·(factor + factorLow) to an anchored sum, exactly, but for the rounding of its errors (<see cref="DoubleDoublePanel"/>).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void AddProduct(
        Vector512<double> value, Vector512<double> factor, Vector512<double> factorLow, ref Vector512<double> sum, ref Vector512<double> errors)
    {
        Vector512<double> next = DoubleDoubleGram.Next(value, factor, sum);
        errors += Vector512.MultiplyAddEstimate(value, factorLow, DoubleDoubleGram.Lost(value, factor, sum, next));
        sum = next;
    }

    /// <summary>Adds what a panel came to.</summary>
    internal static void Add(double[] panelProducts, double[] panelErrors, double[] products, double[] productErrors)
    {
        for (int column = 0; column < products.Length; column += Line.Lanes)
        {
            DoubleDoubleLine panel = DoubleDoubleLine.Sum(Line.Load(ref panelProducts[0], column), Line.Load(ref panelErrors[0], column));
            (DoubleDoubleLine.Load(ref products[0], ref productErrors[0], column) + panel).Store(ref products[0], ref productErrors[0], column);
        }
    }

    /// <summary>r = (y − c) − β − (X − c)w, zeros behind the last row; returns the plain sum of squares.</summary>
    private double Subtract<T>(MatrixSpan<T> y, double center, DoubleDouble offset)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = y.Rows;
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

    /// <summary>Multiplies the residuals by their rows' weights; returns Σ(vr)² and Σvr² in double.</summary>
    private (double Squares, double WeightedSquares) Weigh(ReadOnlySpan<double> rowWeights, double scale)
    {
        Span<double> padded = stackalloc double[Line.Lanes];
        Vector512<double> squares = default, weightedSquares = default;
        for (int row = 0; row < rowWeights.Length; row += Line.Lanes)
        {
            int lanes = Math.Min(Line.Lanes, rowWeights.Length - row);
            padded.Clear();
            rowWeights.Slice(row, lanes).CopyTo(padded);
            Vector512<double> v = scale * Vector512.Create(padded), r = Line.Load(ref _residuals[0], row);
            Vector512<double> product = v * r;
            Vector512<double> rest = DoubleDoubleLine.ProductError(v, r, product) + (v * Line.Load(ref _residualErrors[0], row));
            new DoubleDoubleLine(product, rest).Store(ref _residuals[0], ref _residualErrors[0], row);
            squares = Vector512.MultiplyAddEstimate(product, product, squares);
            weightedSquares = Vector512.MultiplyAddEstimate(product, r, weightedSquares);
        }

        return (Line.Fold(squares), Line.Fold(weightedSquares));
    }

    /// <summary>Σr and Σr² of the panel, added to the block's, by anchored sums (<see cref="DoubleDoublePanel"/>); |Σr| ≤ √n·‖r‖.</summary>
    private void AddSums(int rows, double residualPower)
    {
        Vector512<double> sumAnchor = Vector512.Create(3 * residualPower * DoubleDoublePanel.PowerAbove(rows));
        Vector512<double> squaresAnchor = Vector512.Create(3 * residualPower * residualPower);
        Vector512<double> sum = sumAnchor, sumErrors = default, squares = squaresAnchor, squaresErrors = default;
        for (int row = 0; row < rows; row += Line.Lanes)
        {
            Vector512<double> r = Line.Load(ref _residuals[0], row), rest = Line.Load(ref _residualErrors[0], row);
            Vector512<double> next = sum + r;
            sumErrors += (r - (next - sum)) + rest;
            sum = next;
            next = DoubleDoubleGram.Next(r, r, squares);
            squaresErrors += Vector512.MultiplyAddEstimate(r + r, rest, DoubleDoubleGram.Lost(r, r, squares, next));
            squares = next;
        }

        Sum += DoubleDouble.Sum(Line.Fold(sum - sumAnchor), Line.Fold(sumErrors));
        SumOfSquares += DoubleDouble.Sum(Line.Fold(squares - squaresAnchor), Line.Fold(squaresErrors));
    }
}
