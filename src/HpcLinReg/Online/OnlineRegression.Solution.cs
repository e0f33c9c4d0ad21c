using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using HpcLinReg.Kernels;
using HpcLinReg.Online;

namespace HpcLinReg;

/// <content>Weights and intercept, and their digits.</content>
public sealed partial class OnlineRegression
{
    private const double Roundoff = 1.0 / (1L << 53);

    /// <summary>A double has 15.95 digits.</summary>
    private const double MostDigits = 15.954589770191003;

    /// <summary>
    /// A column counts as determined by those before it when the error of its residual on them exceeds this share of the residual: below
    /// it, errors of a few steps add up to first order.
    /// </summary>
    private const double LargestShare = 1.0 / 16;

    private readonly LineBuffer _scaledWeights;
    private readonly LineBuffer _weightRoundings;
    private readonly double[] _solution;
    private readonly LineBuffer _reach;
    private readonly LineBuffer _reachOfColumns;
    private readonly LineBuffer _rowBounds;
    private readonly LineBuffer _lostBounds;
    private readonly bool[] _isKnown;
    private RowFactor? _spare;
    private RowFactor _solved = null!;
    private double _intercept;
    private double _scaledIntercept;
    private double _interceptRounding;
    private bool _isUncertain;
    private bool _isCurrent;

    /// <summary>
    /// Gets the weights of all rows so far; 0 for a column that the rows do not determine. The view is valid until the next change of the
    /// model.
    /// </summary>
    /// <exception cref="OverflowException">A weight exceeds the range of double.</exception>
    public ReadOnlySpan<double> Weights
    {
        get
        {
            Solve();
            if (Features > 0 && !TensorPrimitives.IsFiniteAll<double>(_solution))
            {
                Throw.SolutionOverflow();
            }

            return _solution;
        }
    }

    /// <summary>Gets the intercept of all rows so far; 0 without one.</summary>
    /// <exception cref="OverflowException">The intercept exceeds the range of double.</exception>
    public double Intercept
    {
        get
        {
            Solve();
            if (!double.IsFinite(_intercept))
            {
                Throw.SolutionOverflow();
            }

            return _intercept;
        }
    }

    /// <summary>Gets the number of independent terms, the intercept included.</summary>
    public int Rank
    {
        get
        {
            Solve();
            return _isKnown.AsSpan().Count(true) + (_options.Intercept && Count > 0 ? 1 : 0);
        }
    }

    /// <summary>
    /// Gets D of the promise √(Σv(ŷ − ŷ*)²/Σv) ≤ 10^−D·√(Σvy²/Σv) for the model's predictions ŷ and those of the exact fit of the rows that
    /// remain, with their weights, ŷ*, over the rows whose weight is at least 2⁻⁵³ of the largest. 15.95 at best; −∞ where nothing can be
    /// promised.
    /// </summary>
    /// <remarks>
    /// A bound, to first order, of all roundings of rows added, removed and faded, of the solution, of the weights and of a prediction in
    /// double. O(d²); O(d³) where removals or nearly dependent columns have used up many digits.
    /// </remarks>
    public double Digits
    {
        get
        {
            Solve();
            FindBounds();
            double error = PredictionError(), size = TargetSize(error);
            return error == 0 ? MostDigits : size > 0 ? Math.Min(MostDigits, -Math.Log10(error / size)) : double.NegativeInfinity;
        }
    }

    /// <summary>
    /// Gets whether <see cref="Digits"/> is below the options' <see cref="OnlineOptions.LeastDigits"/>: <see cref="Rebuild"/> repairs it.
    /// </summary>
    public bool NeedsRebuild => !(Digits >= _options.LeastDigits);

    /// <summary>Computes a bound of the perturbation of column j over all rows, ‖δxⱼ‖.</summary>
    private double RowError(int j) => (StepError * _totals.Steps * Math.Sqrt(_columns.Squares[j])) + Math.Sqrt(_columns.SquaredShifts[j]);

    /// <summary>A step perturbs the rows by this share of each column's length: a few roundings of double-double a column.</summary>
    private double StepError => (Features + 32) * OnlineTotals.Roundoff;

    private void Solve()
    {
        if (_isCurrent)
        {
            return;
        }

        FindBounds();
        FindKnown();
        BackSubstitute();
        _isCurrent = true;
    }

    /// <summary>Computes the columns' present error bounds: of rows, and of cross-products.</summary>
    private void FindBounds()
    {
        TensorPrimitives.Sqrt(_columns.Squares, _rowBounds);
        TensorPrimitives.Sqrt(_columns.SquaredShifts, _lostBounds);
        TensorPrimitives.MultiplyAdd(_rowBounds, StepError * _totals.Steps, _lostBounds, _rowBounds);
        TensorPrimitives.Sqrt(_columns.Lost, _lostBounds);
    }

    /// <summary>
    /// Finds the columns whose pivots exceed their errors, and leaves out the others. The error of column k's residual on the columns
    /// before is bounded by those of the columns through |L⁻¹|, first by the comparison matrix, which costs d² in place of d³ (Higham 2002,
    /// §8.3).
    /// </summary>
    private void FindKnown()
    {
        _solved = _factor;
        _isUncertain = false;

        // A row's error may be a sixteenth of the column's remaining length, an error of products a sixteenth of its square.
        Span<double> reach = _reach, own = _reachOfColumns;
        TensorPrimitives.MultiplyAdd(_lostBounds, Math.Sqrt(LargestShare), _rowBounds, own);
        TensorPrimitives.Multiply(own, 1 / LargestShare, own);
        own.CopyTo(reach);
        ref double first = ref MemoryMarshal.GetReference(reach);
        for (int k = 0; k < Features; k++)
        {
            double pivot = _solved.Pivot(k);
            bool isCombination = _combinations.Is(k, ExactCombinations.State.Combination), isKnown = pivot > reach[k] * reach[k]
                && !isCombination;
            if (!isKnown && pivot > 0 && !isCombination)
            {
                reach[k] = Through(_solved, k, own);
                isKnown = pivot > reach[k] * reach[k];
            }

            _isKnown[k] = isKnown;
            if (isKnown)
            {
                RowElimination.AddMagnitudes(ref first, ref MemoryMarshal.GetReference(_solved.Row(k)), RowElimination.FirstLine(k),
                    _solved.Stride, reach[k]);
                continue;
            }

            _isUncertain |= !isCombination;
            if (pivot > 0)
            {
                if (_solved == _factor)
                {
                    _spare ??= new RowFactor(Features);
                    _spare.CopyFrom(_factor);
                    _solved = _spare;
                }

                _solved.LeaveOut(k, _second, _secondLow, _columns.Squares);
            }
        }
    }

    /// <summary>Computes Σ|L⁻¹|ᵢₖ·errorsᵢ over the known columns i up to k.</summary>
    private double Through(RowFactor factor, int k, ReadOnlySpan<double> errors)
    {
        Span<double> column = _second;
        double sum = errors[k];
        column[k] = 1;
        for (int i = k - 1; i >= 0; i--)
        {
            column[i] = 0;
            if (_isKnown[i])
            {
                double entry = 0;
                for (int j = i + 1; j <= k; j++)
                {
                    entry -= factor.Row(i)[j] * column[j];
                }

                column[i] = entry;
                sum += Math.Abs(entry) * errors[i];
            }
        }

        column[..(k + 1)].Clear();
        return sum;
    }

    /// <summary>
    /// Solves the triangle from its last row on. A weight is rounded once, and the weights before it are those that fit the rounded ones
    /// best (Babai's nearest plane), so nearly dependent columns lose few digits of their predictions.
    /// </summary>
    private void BackSubstitute()
    {
        Span<double> weights = _scaledWeights, roundings = _weightRoundings;
        weights.Clear();
        roundings.Clear();
        weights[Features] = -1;
        int[] exponents = _columns.Exponents;
        for (int k = Features - 1; k >= 0; k--)
        {
            if (_isKnown[k])
            {
                (weights[k], roundings[k]) = -_solved.RowDot(k, weights);
            }

            _solution[k] = exponents[Features] == exponents[k] ? weights[k] : Math.ScaleB(weights[k], exponents[Features] - exponents[k]);
        }

        (_scaledIntercept, _interceptRounding) = (0, 0);
        if (_options.Intercept)
        {
            // Two chains, of means and of their low parts' products.
            DoubleDouble sum = _columns.Mean(Features);
            double low = sum.Low;
            for (int j = 0; j < Features; j++)
            {
                var product = DoubleDouble.Product(-_columns.Means[j], weights[j]);
                var next = DoubleDouble.Sum(sum.High, product.High);
                low += next.Low + (product.Low - (_columns.MeansLow[j] * weights[j]));
                sum = next;
            }

            (_scaledIntercept, _interceptRounding) = DoubleDouble.Sum(sum.High, low);
        }

        _intercept = Math.ScaleB(_scaledIntercept, exponents[Features]);
    }
}
