using System.Collections.Immutable;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using HpcLinReg.Kernels;
using HpcLinReg.Rows;

namespace HpcLinReg.Solver;

/// <summary>
/// The equations (XᵀX + λI)w = Xᵀy for centred columns (raw ones without an intercept), each scaled by a power of two to a length
/// between 1 and 2: scaling is exact, so it costs no digits, and it makes pivots comparable with 1. Held in double, and in
/// double-double when the moments are.
/// </summary>
internal sealed partial class NormalEquations
{
    /// <summary>Unit roundoff of double.</summary>
    internal const double Roundoff = 1.0 / (1L << 53);

    /// <summary>Products err by 5e-324 when they underflow: below this mean square that is more than rounding.</summary>
    private const double LeastMeanSquare = 1e-305;

    /// <summary>A column without variance and a mean below this is not constant: its squares underflowed.</summary>
    private const double LeastMean = 1e-140;

    /// <summary>
    /// Equal cells differ from what is taken off them by a roundoff u·|mean| at most, and the squares of that cancel up to this many roundoffs of the sums.
    /// Variation above it is in the cells.
    /// </summary>
    private const double ConstantRoundoffs = 1024;

    /// <summary>A unit roundoff of the sums in double-double, with room for their centring.</summary>
    private const double DoubleDoubleRoundoff = 1.0 / (1L << 50) / (1L << 50);

    private readonly int _order;
    private readonly DoubleDouble[] _means;
    private readonly double[] _gram;
    private readonly double[] _factor;
    private readonly double[] _transposeProduct;
    private readonly double[] _scales;
    private readonly double[] _lengths;
    private readonly double[] _floors;
    private readonly double[] _solution;
    private readonly double[] _solutionErrors;
    private readonly double[] _work;
    private double[] _gramErrors = [];
    private double[] _factorErrors = [];
    private double[] _transposeProductErrors = [];
    private double[] _workErrors = [];
    private MomentsNode _moments = null!;
    private ImmutableArray<string> _names;
    private ImmutableArray<AliasedColumn> _aliased = [];
    private FitOptions _options = FitOptions.Default;
    private bool _factorIsDoubleDouble;
    private bool _isFactored;
    private DoubleDouble _targetMean;
    private DoubleDouble _totalSumOfSquares;

    /// <summary>Whether the target varies by less than its rounding, so that it cannot be known whether it is constant.</summary>
    private bool _targetIsOpen;

    /// <summary>Gets or sets whether errors of cells in heavy rows outweigh what light rows say, so that nothing is promised.</summary>
    internal bool WeightsHideRows { get; set; }
    private DoubleDouble _residualSumOfSquares;
    private DoubleDouble _interceptValue;

    /// <summary>‖w‖² of the plain solution, on the scale of columns of unit length.</summary>
    private double _squaredSolutionLength;

    /// <summary>Makes room for d features: 2d² + 9d values, used again by every <see cref="Load"/>; twice that once double-double is used.</summary>
    internal NormalEquations(int order)
    {
        _order = order;
        _means = new DoubleDouble[order];
        _gram = new double[checked(order * order)];
        _factor = new double[order * order];
        _transposeProduct = new double[order];
        _scales = new double[order];
        _lengths = new double[order];
        _floors = new double[order];
        _solution = new double[order];
        _solutionErrors = new double[order];
        _work = new double[order];
    }

    /// <summary>Gets whether what was loaded is known in double-double.</summary>
    private bool IsDoubleDouble => _moments.IsDoubleDouble;

    private bool Intercept => _options.Intercept;

    private double Ridge => _options.Ridge;

    private int Rank => _order - _aliased.Length + (Intercept ? 1 : 0);

    /// <summary>Takes the features' side of the equations.</summary>
    /// <param name="moments">Of the joint columns; at least one row that counts.</param>
    /// <param name="names">The columns' names; none for x1, x2, ….</param>
    /// <param name="features">As many as the order; empty for the first columns.</param>
    /// <param name="options">Checked.</param>
    internal void Load(MomentsNode moments, ImmutableArray<string> names, ReadOnlySpan<int> features, FitOptions options)
    {
        int d = _order;
        _moments = moments;
        _names = names;
        _options = options;
        _isFactored = false;
        FindEntryErrors();
        for (int i = 0; i < d; i++)
        {
            int column = features.IsEmpty ? i : features[i];
            _means[i] = moments.Mean(column);
            double squaredLength = SquaredLength(column).High + Ridge;
            _scales[i] = squaredLength > 0 ? Math.ScaleB(1, -(Math.ILogB(squaredLength) >> 1)) : 1;
        }

        if (moments.IsDoubleDouble)
        {
            LoadDoubleDouble(features);
            return;
        }

        for (int i = 0; i < d; i++)
        {
            int column = features.IsEmpty ? i : features[i];
            Span<double> row = _gram.AsSpan((i * d) + i, d - i);
            if (features.IsEmpty)
            {
                GramBlocks.CopyRow(moments.CrossProducts, moments.Columns, i, row);
                if (!Intercept)
                {
                    Elementwise.Axpy(moments.Count * moments.Means[i], moments.Means.AsSpan(i, d - i), row);
                }
            }
            else
            {
                for (int j = i; j < d; j++)
                {
                    row[j - i] = Product(column, features[j]).High;
                }
            }

            // Scaled in two steps, because the product of two scales may leave the range of double where the result does not.
            TensorPrimitives.Multiply(row, _scales[i], row);
            TensorPrimitives.Multiply(row, _scales.AsSpan(i), row);
        }
    }

    /// <summary>Takes a target's side of the equations.</summary>
    /// <param name="features">As given to <see cref="Load"/>.</param>
    /// <param name="target">The target's column.</param>
    internal void LoadTarget(ReadOnlySpan<int> features, int target)
    {
        _targetMean = _moments.Mean(target);
        _totalSumOfSquares = TotalSumOfSquares(target);
        _offsetError = FindOffsetError();
        if (IsDoubleDouble && _transposeProductErrors.Length == 0)
        {
            _transposeProductErrors = new double[_order];
        }

        for (int i = 0; i < _order; i++)
        {
            // A target that varies only by rounding has no covariance with anything.
            DoubleDouble product = _totalSumOfSquares.High == 0 ? 0 : Product(features.IsEmpty ? i : features[i], target).Scale(_scales[i]);
            _transposeProduct[i] = product.High;
            if (IsDoubleDouble)
            {
                _transposeProductErrors[i] = product.Low;
            }
        }
    }

    /// <summary>Factors what was loaded, in double or in double-double, unless that is what is there.</summary>
    internal void Factor(bool doubleDouble)
    {
        if (_isFactored && _factorIsDoubleDouble == doubleDouble)
        {
            return;
        }

        _factorIsDoubleDouble = doubleDouble;
        _aliased = FindRank();
        _isFactored = true;
    }

    /// <summary>Copies the Gram matrix to where it is factored, with the penalty on its diagonal.</summary>
    private void LoadFactor()
    {
        bool doubleDouble = _factorIsDoubleDouble;
        _gram.CopyTo(_factor, 0);
        if (doubleDouble)
        {
            if (_factorErrors.Length == 0)
            {
                _factorErrors = new double[_gram.Length];
            }

            _gramErrors.CopyTo(_factorErrors, 0);
        }

        for (int j = 0; j < _order; j++)
        {
            int diagonal = (j * _order) + j;
            double penalty = Ridge * _scales[j] * _scales[j];
            if (doubleDouble)
            {
                (_factor[diagonal], _factorErrors[diagonal]) = new DoubleDouble(_factor[diagonal], _factorErrors[diagonal]) + penalty;
            }
            else
            {
                _factor[diagonal] += penalty;
            }

            // A constant column's centred squares may round to less than 0.
            _lengths[j] = Math.Sqrt(Math.Max(0, _factor[diagonal]));
        }
    }

    /// <summary>Solves with the factor in double, and once more for what the triangular solves rounded away.</summary>
    internal void SolvePlain()
    {
        _transposeProduct.CopyTo(_solution, 0);
        Array.Clear(_solutionErrors);
        ApplyInverse(_solution);
        CorrectPlainly();
        _residualSumOfSquares = PlainResidualSumOfSquares();
        _interceptValue = Intercept ? InterceptOfSolution() : 0;
    }

    /// <summary>v ← (RᵀR)⁻¹v by the high parts of the factor; dropped columns get 0.</summary>
    private void ApplyInverse(Span<double> v)
    {
        TriangularSystem.SolveTransposed(_factor, _order, v);
        TriangularSystem.SolveUpper(_factor, _order, _order, v);
    }

    /// <summary>Centred, or without an intercept raw, cross-product of two columns; M + n·m·mᵀ cancels nothing on the diagonal.</summary>
    private DoubleDouble Product(int i, int j)
    {
        DoubleDouble centred = _moments.CrossProduct(i, j);
        return Intercept ? centred
            : IsDoubleDouble ? centred + (_moments.Weight * _moments.Mean(i) * _moments.Mean(j))
            : Math.FusedMultiplyAdd(_moments.Count * _moments.Means[i], _moments.Means[j], centred.High);
    }

    /// <summary>The product of a column with itself, refused where the range of double has taken its digits.</summary>
    private DoubleDouble SquaredLength(int column)
    {
        DoubleDouble squares = Product(column, column);
        double mean = Math.Abs(_moments.Means[column]);
        if (!double.IsFinite(squares.High))
        {
            Throw.SquaresOverflow(Label(column));
        }

        // Rows of small weights bring products nearer to the end of the range, not the limit nearer to zero.
        double weight = _moments.Weight.High;
        if (squares.High < LeastMeanSquare * Math.Max(1, weight) && (squares.High > 0 || (mean > 0 && mean * Math.Sqrt(Math.Min(1, weight)) < LeastMean)))
        {
            Throw.SquaresUnderflow(Label(column));
        }

        return squares;
    }

    private string Label(int column) => new ColumnLabels(_names, _names.IsEmpty ? _order : _moments.Columns, _moments.Columns)[column];

    private DoubleDouble TotalSumOfSquares(int target)
    {
        DoubleDouble total = SquaredLength(target);
        double constant = RoundingOfConstant(_targetMean.High);
        bool isConstant = Intercept && total.High <= constant;

        // Without weights one cell that differs is far above that. A row of a tiny weight may differ and not show.
        double cell = Roundoff / 2 * _targetMean.High;
        _targetIsOpen = isConstant && _moments.LeastWeight * cell * cell <= 2 * constant;
        return isConstant ? 0 : total;
    }

    /// <summary>Σ w(x − x̄)² of a column of equal cells may be computed as this instead of 0.</summary>
    private double RoundingOfConstant(double mean) =>
        ConstantRoundoffs * (IsDoubleDouble ? DoubleDoubleRoundoff : Roundoff) * _moments.Weight.High * (Roundoff * mean) * (Roundoff * mean);

    /// <summary>
    /// One step of refinement on the normal equations themselves: what the triangular solves rounded away is put back, for
    /// 4d² flops. It does not repair the rounding of the Gram matrix. A row of zeros in the factor keeps its column dropped.
    /// </summary>
    private void CorrectPlainly()
    {
        Span<double> residual = _work;
        MultiplyGram(_solution, residual);
        for (int i = 0; i < residual.Length; i++)
        {
            double penalty = Ridge * _scales[i] * _scales[i];
            residual[i] = Math.FusedMultiplyAdd(-penalty, _solution[i], _transposeProduct[i] - residual[i]);
        }

        ApplyInverse(residual);
        for (int i = 0; i < residual.Length; i++)
        {
            _solution[i] += residual[i];
        }
    }

    /// <summary>
    /// yᵀy − wᵀ(2Xᵀy − XᵀXw), in which an error of w counts only squared. Errors of the entries enter it as ε(‖y‖ + ‖w‖)², on the scale of columns
    /// of unit length, so it has log₁₀ of that over the residual sum digits fewer than 16.
    /// </summary>
    private double PlainResidualSumOfSquares()
    {
        MultiplyGram(_solution, _work);
        double sum = _totalSumOfSquares.High;
        double squaredLength = 0;
        for (int i = 0; i < _order; i++)
        {
            double w = _solution[i];
            sum = Math.FusedMultiplyAdd(-w, (2 * _transposeProduct[i]) - _work[i], sum);
            squaredLength += w * w * _lengths[i] * _lengths[i];
        }

        _squaredSolutionLength = squaredLength;
        return Math.Max(0, sum);
    }

    /// <summary>product = XᵀX·w from the upper triangle.</summary>
    private void MultiplyGram(ReadOnlySpan<double> w, Span<double> product)
    {
        product.Clear();
        for (int i = 0; i < w.Length; i++)
        {
            Span<double> row = _gram.AsSpan((i * _order) + i, _order - i);
            Elementwise.Axpy(w[i], row, product[i..]);
            product[i] += Reduce.Dot(
                ref MemoryMarshal.GetReference(row[1..]), ref MemoryMarshal.GetReference(w[(i + 1)..]), row.Length - 1);
        }
    }

    /// <summary>ȳ − x̄ᵀw in double-double, because it often cancels.</summary>
    private DoubleDouble InterceptOfSolution()
    {
        DoubleDouble sum = _targetMean;
        for (int j = 0; j < _order; j++)
        {
            sum -= new DoubleDouble(_solution[j], _solutionErrors[j]).Scale(_scales[j]) * _means[j];
        }

        return sum;
    }
}
