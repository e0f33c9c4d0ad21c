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
    private readonly long _count;
    private readonly bool _intercept;
    private readonly double _ridge;
    private readonly double[] _means;
    private readonly double[] _gram;
    private readonly double[] _transposeProduct;
    private readonly double[] _scales;
    private readonly double _targetMean;
    private readonly double _totalSumOfSquares;

    internal NormalEquations(Moments moments, ReadOnlySpan<int> features, int target, FitOptions options)
    {
        int d = features.Length;
        _order = d;
        _count = moments.Count;
        _intercept = options.Intercept;
        _ridge = options.Ridge;
        _means = new double[d];
        _gram = new double[d * d];
        _transposeProduct = new double[d];
        _scales = new double[d];
        _targetMean = moments.Means[target];
        _totalSumOfSquares = TotalSumOfSquares(moments, target);
        for (int i = 0; i < d; i++)
        {
            _means[i] = moments.Means[features[i]];
            double squaredLength = SquaredLength(moments, features[i]) + _ridge;
            _scales[i] = squaredLength > 0 ? Math.ScaleB(1, -(Math.ILogB(squaredLength) >> 1)) : 1;
        }

        for (int i = 0; i < d; i++)
        {
            for (int j = i; j < d; j++)
            {
                // Scaled in two steps, because the product of two scales may leave the range of double where the result does not.
                _gram[(i * d) + j] = Product(moments, features[i], features[j]) * _scales[i] * _scales[j];
            }

            // A target that varies only by rounding has no covariance with anything.
            _transposeProduct[i] = _totalSumOfSquares == 0 ? 0 : Product(moments, features[i], target) * _scales[i];
        }
    }

    internal Fit Solve()
    {
        int d = _order;
        double[] factor = [.. _gram];
        var lengths = new double[d];
        for (int j = 0; j < d; j++)
        {
            factor[(j * d) + j] += _ridge * _scales[j] * _scales[j];
            lengths[j] = Math.Sqrt(factor[(j * d) + j]);
        }

        ImmutableArray<AliasedColumn> aliased = Factor(factor, lengths);
        double[] solution = [.. _transposeProduct];
        var work = new double[d];
        Cholesky.SolveTransposed(factor, d, solution);
        Cholesky.SolveUpper(factor, d, d, solution);
        Refine(factor, solution, work);
        double residuals = ResidualSumOfSquares(solution, work);

        for (int i = 0; i < d; i++)
        {
            TensorPrimitives.Divide(factor.AsSpan((i * d) + i, d - i), _scales.AsSpan(i), factor.AsSpan((i * d) + i, d - i));
            factor.AsSpan(i * d, i).Clear();
        }

        TensorPrimitives.Multiply(solution, _scales, solution);
        double intercept = _intercept ? Intercept(solution) : 0;
        if (!double.IsFinite(intercept) || !Array.TrueForAll(solution, double.IsFinite))
        {
            Throw.SolutionOverflow();
        }

        return new Fit
        {
            Model = new LinearModel(solution, intercept),
            HasIntercept = _intercept,
            RowCount = _count,
            Rank = d - aliased.Length + (_intercept ? 1 : 0),
            Aliased = aliased,
            ResidualSumOfSquares = residuals,
            TotalSumOfSquares = _totalSumOfSquares,
            FeatureMeans = _intercept ? [.. _means] : [],
            Factor = ImmutableCollectionsMarshal.AsImmutableArray(factor),
        };
    }

    /// <summary>Centred, or without an intercept raw, cross-product of two columns; M + n·m·mᵀ cancels nothing on the diagonal.</summary>
    private double Product(Moments moments, int i, int j)
    {
        double centred = moments.CrossProducts[(i * moments.Means.Length) + j];
        return _intercept ? centred : Math.FusedMultiplyAdd(_count * moments.Means[i], moments.Means[j], centred);
    }

    /// <summary>The product of a column with itself, refused where the range of double has taken its digits.</summary>
    private double SquaredLength(Moments moments, int column)
    {
        double squares = Product(moments, column, column);
        double mean = Math.Abs(moments.Means[column]);
        if (!double.IsFinite(squares))
        {
            Throw.SquaresOverflow($"column '{moments.Names[column]}'");
        }

        if (squares < LeastMeanSquare * _count && (squares > 0 || (mean > 0 && mean < LeastMean)))
        {
            Throw.SquaresUnderflow($"column '{moments.Names[column]}'");
        }

        return squares;
    }

    private double TotalSumOfSquares(Moments moments, int target)
    {
        double total = SquaredLength(moments, target);
        double rounding = CellRoundoffs * Roundoff * _targetMean;
        return _intercept && total <= _count * rounding * rounding ? 0 : total;
    }

    /// <summary>
    /// One step of refinement on the normal equations themselves: what the triangular solves rounded away is put back, for
    /// 4d² flops. It does not repair the rounding of the Gram matrix. A row of zeros in the factor keeps its column dropped.
    /// </summary>
    private void Refine(ReadOnlySpan<double> factor, Span<double> solution, Span<double> residual)
    {
        MultiplyGram(solution, residual);
        for (int i = 0; i < residual.Length; i++)
        {
            double ridge = _ridge * _scales[i] * _scales[i];
            residual[i] = Math.FusedMultiplyAdd(-ridge, solution[i], _transposeProduct[i] - residual[i]);
        }

        Cholesky.SolveTransposed(factor, _order, residual);
        Cholesky.SolveUpper(factor, _order, _order, residual);
        TensorPrimitives.Add(solution, residual, solution);
    }

    /// <summary>
    /// yᵀy − wᵀ(2Xᵀy − XᵀXw), in which an error of w counts only squared. Its own error is about u·(total sum of squares), so
    /// it has log₁₀(total/residual) digits fewer than 16.
    /// </summary>
    private double ResidualSumOfSquares(ReadOnlySpan<double> solution, Span<double> work)
    {
        MultiplyGram(solution, work);
        double sum = _totalSumOfSquares;
        for (int i = 0; i < solution.Length; i++)
        {
            sum = Math.FusedMultiplyAdd(-solution[i], (2 * _transposeProduct[i]) - work[i], sum);
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
