using System.Collections.Immutable;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using HpcLinReg.Kernels;

namespace HpcLinReg.LeastSquares;

/// <summary>
/// Solves (XᵀX + λI)w = Xᵀy for centred columns (raw ones without an intercept), each scaled by a power of two to a length
/// between 1 and 2: scaling is exact, so it costs no digits, and it makes pivots comparable with 1.
/// </summary>
internal sealed class NormalEquations
{
    /// <summary>Unit roundoff of double.</summary>
    private const double Roundoff = 1.0 / (1L << 53);

    /// <summary>
    /// Pivots below this share of their column's squared length are looked at closely. Above it, rounding of the Gram matrix
    /// leaves at least nine digits of the pivot.
    /// </summary>
    private const double SuspectPivot = 1e-6;

    /// <summary>
    /// Entries of the Gram matrix are wrong by at most about this many roundoffs of the columns' lengths: chains of 128 rows
    /// err like √128 ≈ 11, and the factorization adds a few.
    /// </summary>
    private const double GramRoundoffs = 16;

    /// <summary>
    /// A column whose residual on the columns before it is below this many roundoffs of the cells is explained by their
    /// rounding. For designs collinear up to rounding the ratio was measured as 0.15, for Filip's powers as 2.3e6.
    /// </summary>
    private const double CellRoundoffs = 10;

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
            double squaredLength = Product(moments, features[i], features[i]) + _ridge;
            _scales[i] = squaredLength > 0 ? Math.ScaleB(1, -(Math.ILogB(squaredLength) >> 1)) : 1;
            if (!double.IsFinite(squaredLength))
            {
                Throw.SquaresOverflow($"column '{moments.Names[features[i]]}'");
            }
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
        foreach (AliasedColumn column in aliased)
        {
            lengths[column.Column] = 1;
        }

        var work = new double[d];
        Cholesky.SolveTransposed(factor, d, solution);
        Cholesky.SolveUpper(factor, d, d, solution);
        Refine(factor, solution, work);
        double residuals = ResidualSumOfSquares(solution, work);
        double condition = Cholesky.ReciprocalCondition(factor, d, lengths, work);

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
            ReciprocalCondition = condition,
            FeatureMeans = _intercept ? [.. _means] : [],
            Factor = ImmutableCollectionsMarshal.AsImmutableArray(factor),
        };
    }

    /// <summary>Centred, or without an intercept raw, cross-product of two columns; M + n·m·mᵀ cancels nothing on the diagonal.</summary>
    private double Product(Moments moments, int i, int j)
    {
        double centred = moments.CrossProducts[(i * moments.Names.Length) + j];
        return _intercept ? centred : Math.FusedMultiplyAdd(_count * moments.Means[i], moments.Means[j], centred);
    }

    private double TotalSumOfSquares(Moments moments, int target)
    {
        double total = Product(moments, target, target);
        if (!double.IsFinite(total))
        {
            Throw.SquaresOverflow($"column '{moments.Names[target]}'");
        }

        double rounding = CellRoundoffs * Roundoff * _targetMean;
        return _intercept && total <= _count * rounding * rounding ? 0 : total;
    }

    /// <summary>Factors in the columns' order; a column that those before it determine is dropped and described.</summary>
    private ImmutableArray<AliasedColumn> Factor(Span<double> factor, ReadOnlySpan<double> lengths)
    {
        int d = _order;

        // Beyond n − 1 independent columns (n without an intercept) there is nothing left to explain; columns that may lie
        // there are always looked at.
        long available = _ridge > 0 ? long.MaxValue : _count - (_intercept ? 1 : 0);
        var floors = new double[d];
        for (int j = 0; j < d; j++)
        {
            double rounding = CellRoundoffs * Roundoff * RawLength(j);
            floors[j] = j < available ? Math.Max(SuspectPivot * lengths[j] * lengths[j], rounding * rounding) : double.PositiveInfinity;
        }

        var aliased = ImmutableArray.CreateBuilder<AliasedColumn>();
        var combination = new double[d];
        int reduced = -1;
        int start = 0;
        int k;
        while ((k = Cholesky.FactorRows(factor, d, start, floors, reduced)) < d)
        {
            double explained = Describe(factor, k, lengths, combination);
            if (k - aliased.Count < available && factor[(k * d) + k] > explained)
            {
                floors[k] = 0;
                start = reduced = k;
                continue;
            }

            aliased.Add(Combination(k, lengths, combination, Math.Sqrt(explained)));
            for (int i = 0; i < k; i++)
            {
                factor[(i * d) + k] = 0;
            }

            factor.Slice((k * d) + k, d - k).Clear();
            start = k + 1;
        }

        return aliased.ToImmutable();
    }

    /// <summary>
    /// The column's coefficients on the columns before it, and the largest pivot that rounding alone explains: of the Gram
    /// matrix's entries, 16u(‖x‖ + Σ|cᵢ|‖xᵢ‖)² on centred lengths, or of the stored cells, (10u·Σ|cᵢ|‖xᵢ‖)² on raw lengths
    /// with the constant among them.
    /// </summary>
    private double Describe(ReadOnlySpan<double> factor, int k, ReadOnlySpan<double> lengths, Span<double> combination)
    {
        int d = _order;
        for (int i = 0; i < k; i++)
        {
            combination[i] = factor[(i * d) + k];
        }

        Cholesky.SolveUpper(factor, d, k, combination);
        double centredLength = lengths[k];
        double rawLength = RawLength(k);
        double constant = _means[k] * _scales[k];
        for (int i = 0; i < k; i++)
        {
            centredLength += Math.Abs(combination[i]) * lengths[i];
            rawLength += Math.Abs(combination[i]) * RawLength(i);
            constant -= combination[i] * _means[i] * _scales[i];
        }

        rawLength += _intercept ? Math.Abs(constant) * Math.Sqrt(_count) : 0;
        double fromGram = GramRoundoffs * Roundoff * centredLength * centredLength;
        double fromCells = CellRoundoffs * Roundoff * rawLength;
        return Math.Max(fromGram, _ridge > 0 ? 0 : fromCells * fromCells);
    }

    /// <summary>√Σxᵢⱼ² of the scaled column as stored, not centred.</summary>
    private double RawLength(int j)
    {
        double mean = _intercept ? _means[j] * _scales[j] : 0;
        return Math.Sqrt(_gram[(j * _order) + j] + (_count * mean * mean));
    }

    /// <summary>The combination in the columns' own units; parts smaller than what rounding explains are left out.</summary>
    private AliasedColumn Combination(int k, ReadOnlySpan<double> lengths, ReadOnlySpan<double> scaled, double explained)
    {
        var coefficients = new double[k];
        double constant = _intercept ? _means[k] : 0;
        for (int i = 0; i < k; i++)
        {
            if (Math.Abs(scaled[i]) * lengths[i] > explained)
            {
                coefficients[i] = scaled[i] * _scales[i] / _scales[k];
                constant -= _intercept ? coefficients[i] * _means[i] : 0;
            }
        }

        bool rounding = Math.Abs(constant * _scales[k]) * Math.Sqrt(_count) <= explained;
        return new AliasedColumn(k, rounding ? 0 : constant, ImmutableCollectionsMarshal.AsImmutableArray(coefficients));
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
