using System.Collections.Immutable;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using HpcLinReg.Kernels;

namespace HpcLinReg.LeastSquares;

/// <summary>
/// Solves (XᵀX + λI)w = Xᵀy for centred columns (raw ones without an intercept), each scaled by a power of two to a length
/// between 1 and 2: scaling is exact, so it costs no digits, and it makes pivots comparable with 1.
/// </summary>
internal sealed partial class NormalEquations
{
    /// <summary>Unit roundoff of double.</summary>
    private const double Roundoff = 1.0 / (1L << 53);

    /// <summary>Products err by 5e-324 when they underflow: below this mean square that is more than rounding.</summary>
    private const double LeastMeanSquare = 1e-305;

    /// <summary>A column without variance and a mean below this is not constant: its squares underflowed.</summary>
    private const double LeastMean = 1e-140;

    private readonly int _order;
    private readonly double[] _means;
    private readonly double[] _gram;
    private readonly double[] _factor;
    private readonly double[] _transposeProduct;
    private readonly double[] _scales;
    private readonly double[] _lengths;
    private readonly double[] _floors;
    private readonly double[] _solution;
    private readonly double[] _work;
    private MomentsNode _moments = null!;
    private ImmutableArray<string> _names;
    private ImmutableArray<AliasedColumn> _aliased;
    private bool _intercept;
    private double _ridge;
    private double _targetMean;
    private double _totalSumOfSquares;
    private double _residualSumOfSquares;
    private double _interceptValue;

    /// <summary>Makes room for so many features: 2d² + 7d values, used again by every <see cref="Load"/>.</summary>
    internal NormalEquations(int order)
    {
        _order = order;
        _means = new double[order];
        _gram = new double[checked(order * order)];
        _factor = new double[order * order];
        _transposeProduct = new double[order];
        _scales = new double[order];
        _lengths = new double[order];
        _floors = new double[order];
        _solution = new double[order];
        _work = new double[order];
    }

    /// <summary>Gets the weights, in the features' order.</summary>
    internal ReadOnlySpan<double> Weights => _solution;

    /// <summary>Takes the equations of one target on some features.</summary>
    /// <param name="moments">Of the joint columns; at least one row.</param>
    /// <param name="names">The columns' names; none for x1, x2, ….</param>
    /// <param name="features">As many as the order; empty for the first columns.</param>
    /// <param name="target">The target's column.</param>
    /// <param name="options">Checked.</param>
    internal void Load(MomentsNode moments, ImmutableArray<string> names, ReadOnlySpan<int> features, int target, FitOptions options)
    {
        int d = _order;
        _moments = moments;
        _names = names;
        _intercept = options.Intercept;
        _ridge = options.Ridge;
        _targetMean = moments.Means[target];
        _totalSumOfSquares = TotalSumOfSquares(target);
        for (int i = 0; i < d; i++)
        {
            int column = features.IsEmpty ? i : features[i];
            _means[i] = moments.Means[column];
            double squaredLength = SquaredLength(column) + _ridge;
            _scales[i] = squaredLength > 0 ? Math.ScaleB(1, -(Math.ILogB(squaredLength) >> 1)) : 1;
        }

        for (int i = 0; i < d; i++)
        {
            int column = features.IsEmpty ? i : features[i];
            Span<double> row = _gram.AsSpan((i * d) + i, d - i);
            if (features.IsEmpty)
            {
                GramBlocks.CopyRow(moments.CrossProducts, moments.Columns, i, row);
                if (!_intercept)
                {
                    Elementwise.Axpy(moments.Count * _means[i], _means.AsSpan(i), row);
                }
            }
            else
            {
                for (int j = i; j < d; j++)
                {
                    row[j - i] = Product(column, features[j]);
                }
            }

            // Scaled in two steps, because the product of two scales may leave the range of double where the result does not.
            TensorPrimitives.Multiply(row, _scales[i], row);
            TensorPrimitives.Multiply(row, _scales.AsSpan(i), row);

            // A target that varies only by rounding has no covariance with anything.
            _transposeProduct[i] = _totalSumOfSquares == 0 ? 0 : Product(column, target) * _scales[i];
        }
    }

    /// <summary>Solves what was loaded.</summary>
    internal void Solve()
    {
        int d = _order;
        _gram.CopyTo(_factor, 0);
        for (int j = 0; j < d; j++)
        {
            _factor[(j * d) + j] += _ridge * _scales[j] * _scales[j];
            _lengths[j] = Math.Sqrt(_factor[(j * d) + j]);
        }

        _aliased = Factor(_factor, _lengths);
        _transposeProduct.CopyTo(_solution, 0);
        Cholesky.SolveTransposed(_factor, d, _solution);
        Cholesky.SolveUpper(_factor, d, d, _solution);
        Refine();
        _residualSumOfSquares = ResidualSumOfSquares();

        for (int i = 0; i < d; i++)
        {
            _solution[i] *= _scales[i];

            // A power of two, and so is its inverse.
            _work[i] = 1 / _scales[i];
        }

        for (int i = 0; i < d; i++)
        {
            Span<double> row = _factor.AsSpan(i * d, d);
            row[..i].Clear();
            TensorPrimitives.Multiply(row[i..], _work.AsSpan(i), row[i..]);
        }

        _interceptValue = _intercept ? Intercept(_solution) : 0;
        if (!double.IsFinite(_interceptValue) || !Array.TrueForAll(_solution, double.IsFinite))
        {
            Throw.SolutionOverflow();
        }
    }

    /// <summary>The solution as a value of its own.</summary>
    /// <param name="last">Whether nothing will be loaded any more, so that the factor may be handed over instead of copied.</param>
    internal Fit ToFit(bool last) => new()
    {
        Model = new LinearModel(_solution, _interceptValue),
        HasIntercept = _intercept,
        Ridge = _ridge,
        RowCount = _moments.Count,
        Rank = Rank,
        Aliased = _aliased,
        ResidualSumOfSquares = _residualSumOfSquares,
        TotalSumOfSquares = _totalSumOfSquares,
        FeatureMeans = _intercept ? [.. _means] : [],
        Factor = last ? ImmutableCollectionsMarshal.AsImmutableArray(_factor) : [.. _factor],
    };

    /// <summary>The solution's figures; the weights stay here.</summary>
    internal FitSummary ToSummary() => new(_interceptValue, _moments.Count, Rank, _residualSumOfSquares, _totalSumOfSquares);

    private int Rank => _order - _aliased.Length + (_intercept ? 1 : 0);

    /// <summary>Centred, or without an intercept raw, cross-product of two columns; M + n·m·mᵀ cancels nothing on the diagonal.</summary>
    private double Product(int i, int j)
    {
        double centred = _moments.CrossProducts[GramBlocks.Position(_moments.Columns, Math.Min(i, j), Math.Max(i, j))];
        return _intercept ? centred : Math.FusedMultiplyAdd(_moments.Count * _moments.Means[i], _moments.Means[j], centred);
    }

    /// <summary>The product of a column with itself, refused where the range of double has taken its digits.</summary>
    private double SquaredLength(int column)
    {
        double squares = Product(column, column);
        double mean = Math.Abs(_moments.Means[column]);
        if (!double.IsFinite(squares))
        {
            Throw.SquaresOverflow(Label(column));
        }

        if (squares < LeastMeanSquare * _moments.Count && (squares > 0 || (mean > 0 && mean < LeastMean)))
        {
            Throw.SquaresUnderflow(Label(column));
        }

        return squares;
    }

    private string Label(int column) => _names.IsEmpty ? $"column 'x{column + 1}'" : $"column '{_names[column]}'";

    private double TotalSumOfSquares(int target)
    {
        double total = SquaredLength(target);
        double rounding = CellRoundoffs * Roundoff * _targetMean;
        return _intercept && total <= _moments.Count * rounding * rounding ? 0 : total;
    }

    /// <summary>
    /// One step of refinement on the normal equations themselves: what the triangular solves rounded away is put back, for
    /// 4d² flops. It does not repair the rounding of the Gram matrix. A row of zeros in the factor keeps its column dropped.
    /// </summary>
    private void Refine()
    {
        Span<double> residual = _work;
        MultiplyGram(_solution, residual);
        for (int i = 0; i < residual.Length; i++)
        {
            double ridge = _ridge * _scales[i] * _scales[i];
            residual[i] = Math.FusedMultiplyAdd(-ridge, _solution[i], _transposeProduct[i] - residual[i]);
        }

        Cholesky.SolveTransposed(_factor, _order, residual);
        Cholesky.SolveUpper(_factor, _order, _order, residual);
        for (int i = 0; i < residual.Length; i++)
        {
            _solution[i] += residual[i];
        }
    }

    /// <summary>
    /// yᵀy − wᵀ(2Xᵀy − XᵀXw), in which an error of w counts only squared. Its own error is about u·(total sum of squares), so
    /// it has log₁₀(total/residual) digits fewer than 16.
    /// </summary>
    private double ResidualSumOfSquares()
    {
        MultiplyGram(_solution, _work);
        double sum = _totalSumOfSquares;
        for (int i = 0; i < _order; i++)
        {
            sum = Math.FusedMultiplyAdd(-_solution[i], (2 * _transposeProduct[i]) - _work[i], sum);
        }

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

    /// <summary>ȳ − x̄ᵀw, summed as if in twice the precision (Ogita, Rump, Oishi 2005, algorithm 5.3), because it often cancels.</summary>
    private double Intercept(ReadOnlySpan<double> weights)
    {
        double sum = _targetMean;
        double error = 0;
        for (int j = 0; j < weights.Length; j++)
        {
            double product = -weights[j] * _means[j];
            double productError = Math.FusedMultiplyAdd(-weights[j], _means[j], -product);
            double next = sum + product;
            double part = next - sum;
            error += (sum - (next - part)) + (product - part) + productError;
            sum = next;
        }

        return sum + error;
    }
}
