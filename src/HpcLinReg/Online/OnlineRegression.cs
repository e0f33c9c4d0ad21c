using System.Numerics;
using HpcLinReg.Kernels;
using HpcLinReg.Online;
using HpcLinReg.Rows;

namespace HpcLinReg;

/// <summary>
/// A least-squares model that is always current: rows come, go (sliding windows) and fade (forgetting), and each costs O(d²) instead of a
/// fit.
/// </summary>
/// <remarks>
/// <para>
/// It keeps the means of the rows [x | y] and the triangular factor of their deviations, LᵀDL with L unit upper triangular, in
/// double-double (about 32 digits): the condition number is not squared, and rows that leave take digits from the last sixteen first.
/// <see cref="Digits"/> is a promise about the predictions; <see cref="NeedsRebuild"/> says that they are fewer than the options ask for,
/// and <see cref="Rebuild"/> restores them from the rows.
/// </para>
/// <para>
/// Means and units follow the rows, so that neither means far from zero nor columns in units of 1e±150 cost digits. Cells are taken unless
/// they are NaN, infinite or above 1e150 in magnitude. Adding, removing and solving allocate nothing once the model is made: 40(d + 8)²
/// bytes (and 16(d + 8)² once, when a column is found to be determined by others, or a removal nearly so). Not thread-safe.
/// </para>
/// </remarks>
public sealed partial class OnlineRegression
{
    private const double LargestCell = 1e150;

    private readonly OnlineOptions _options;
    private readonly RowFactor _factor;
    private readonly OnlineColumns _columns;
    private readonly ExactCombinations _combinations;
    private readonly long[] _decaysByOctave = new long[OnlineTotals.Octaves];
    private readonly LineBuffer _row;
    private readonly LineBuffer _rowLow;
    private readonly LineBuffer _second;
    private readonly LineBuffer _secondLow;
    private readonly LineBuffer _deviations;
    private readonly LineBuffer _deviationsLow;
    private OnlineTotals _totals;

    /// <summary>Makes an online model without rows.</summary>
    /// <param name="features">d ≥ 0.</param>
    /// <param name="options">How it is posed; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public OnlineRegression(int features, OnlineOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(features);
        _options = options ?? new OnlineOptions();
        if (!double.IsFinite(_options.Ridge) || _options.Ridge < 0)
        {
            Throw.RidgeNotUsable(_options.Ridge);
        }

        Features = features;
        _factor = new RowFactor(features);
        int stride = _factor.Stride;
        _columns = new OnlineColumns(features + 1, stride);
        _combinations = new ExactCombinations(features, _options.Intercept);
        _row = new LineBuffer(stride);
        _rowLow = new LineBuffer(stride);
        _second = new LineBuffer(stride);
        _secondLow = new LineBuffer(stride);
        _deviations = new LineBuffer(stride);
        _deviationsLow = new LineBuffer(stride);
        _scaledWeights = new LineBuffer(stride);
        _weightRoundings = new LineBuffer(stride);
        _solution = new double[features];
        _reach = new LineBuffer(stride);
        _reachOfColumns = new LineBuffer(stride);
        _rowBounds = new LineBuffer(stride);
        _lostBounds = new LineBuffer(stride);
        _isKnown = new bool[features];
        Clear(_options.Ridge);
    }

    /// <summary>Gets the number of features, d.</summary>
    public int Features { get; }

    /// <summary>Gets the number of rows that were added and not removed.</summary>
    public long Count => _totals.Count;

    /// <summary>Gets the sum of the rows' weights, Σv: their number, unless some have faded.</summary>
    public double Weight => Faded(_totals.Weight.Value, 1, 0);

    /// <summary>Gets Σv(y − ŷ)²; with a ridge, plus λ‖w‖². Never below 0.</summary>
    public double ResidualSumOfSquares
    {
        get
        {
            Solve();
            return Faded(Math.Max(0, _solved.Unexplained.Value), 1, 2 * _columns.Exponents[Features]);
        }
    }

    /// <summary>Adds a row.</summary>
    /// <param name="x">d values of at most 1e150 in magnitude.</param>
    /// <param name="y">Its target, at most 1e150 in magnitude.</param>
    /// <exception cref="ArgumentException">
    /// The length is not d, or a value is NaN, infinite or too large; the message names its column. The model is as before.
    /// </exception>
    /// <remarks>20(d + 1)² flops.</remarks>
    public void Add<T>(ReadOnlySpan<T> x, T y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Load(x, y, Count);
        AddLoaded();
    }

    /// <summary>Adds rows, in their order.</summary>
    /// <param name="x">The rows, n × d, of values of at most 1e150 in magnitude.</param>
    /// <param name="y">Their targets, at most 1e150 in magnitude.</param>
    /// <exception cref="ArgumentException">
    /// Shapes disagree, or a value is NaN, infinite or too large; the message names row and column. The model is as before.
    /// </exception>
    public void Add<T>(MatrixSpan<T> x, ReadOnlySpan<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RequireRows(x, y);
        for (int i = 0; i < x.Rows; i++)
        {
            Load(x[i], y[i], i);
            AddLoaded();
        }
    }

    /// <summary>Fades all rows: the weight of each becomes factor·weight. Called once a row it is exponential forgetting.</summary>
    /// <param name="factor">Above 0, at most 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The factor is not in its range.</exception>
    /// <remarks>The model's weights stay as they are. A few flops, however many rows and columns there are.</remarks>
    public void Decay(double factor)
    {
        if (!(factor > 0 && factor <= 1))
        {
            Throw.DecayNotUsable(factor);
        }

        if (factor == 1)
        {
            return;
        }

        ref OnlineTotals totals = ref _totals;
        double octaves = totals.FadedOctaves - Math.Log2(factor);
        long passed = Math.Min((long)octaves - (long)totals.FadedOctaves, OnlineTotals.Octaves);
        totals.Decays++;
        for (long k = 0; k < passed; k++)
        {
            _decaysByOctave[((long)octaves - k) % OnlineTotals.Octaves] = totals.Decays;
        }

        totals.FadedOctaves = octaves;
        totals.Steps++;
        totals.FadeOfNewest *= factor;
        int exponent = factor < 1.0 / (1L << 60) ? Math.ILogB(factor) : 0;
        totals.Fade *= Math.ScaleB(factor, -exponent);
        totals.PendingFade -= exponent;
        if (totals.Fade.High < 1.0 / (1L << 62))
        {
            totals.Fade = totals.Fade.Scale(1L << 62);
            totals.PendingFade += 62;
        }
    }

    /// <summary>Replaces all rows by those given, which restores the digits that removals and fading have cost.</summary>
    /// <param name="x">The rows, n × d, of values of at most 1e150 in magnitude.</param>
    /// <param name="y">Their targets, at most 1e150 in magnitude.</param>
    /// <exception cref="ArgumentException">
    /// Shapes disagree, or a value is NaN, infinite or too large; the message names row and column. The model is as before.
    /// </exception>
    public void Rebuild<T>(MatrixSpan<T> x, ReadOnlySpan<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RequireRows(x, y);
        Clear(_options.Ridge);
        Add(x, y);
    }

    /// <summary>Returns an immutable copy of the coefficients as they are now.</summary>
    /// <returns>Weights and intercept of now.</returns>
    /// <exception cref="OverflowException">A coefficient exceeds the range of double.</exception>
    public LinearModel ToModel() => new(Weights, Intercept);

    private void Clear(double ridge)
    {
        _factor.Clear();
        _columns.Clear(ridge);
        _combinations.Clear();
        if (ridge > 0)
        {
            // A penalty divides the coefficient of a combination among its columns, so leaving the column out is not the exact fit.
            _combinations.GiveUp();
        }

        for (int k = 0; k < Features; k++)
        {
            _factor.SetPivot(k, _columns.Squares[k]);
        }

        Array.Clear(_decaysByOctave);
        _totals = new OnlineTotals { Fade = 1, Ridge = ridge, FadeOfNewest = 1, NewestWeight = 1 };
        _isCurrent = false;
    }

    /// <summary>Loads the raw row [x | y], padded with zeros.</summary>
    private void Load<T>(ReadOnlySpan<T> x, T y, long number)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (x.Length != Features)
        {
            Throw.ColumnsAgainstWeights(x.Length, Features);
        }

        Line.Widen(x, _row);
        _row[Features] = Line.Widen(y);
        _row.Span.Slice(Features + 1).Clear();
        if (!RowCentring.AreWithin(_row, LargestCell))
        {
            RefuseCell(_row, number);
        }
    }

    private void RequireRows<T>(MatrixSpan<T> x, ReadOnlySpan<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (x.Rows != y.Length)
        {
            Throw.RowsAgainst(nameof(y), x.Rows, y.Length);
        }

        for (int i = 0; i < x.Rows; i++)
        {
            Load(x[i], y[i], i);
        }
    }

    private void RefuseCell(ReadOnlySpan<double> row, long number)
    {
        for (int j = 0; j <= Features; j++)
        {
            string column = new ColumnLabels([], Features, Features + 1)[j];
            if (!double.IsFinite(row[j]))
            {
                Throw.NonFiniteCell(number, column, row[j]);
            }

            if (Math.Abs(row[j]) > LargestCell)
            {
                Throw.CellTooLarge(number, column, row[j], LargestCell);
            }
        }
    }

    private void AddLoaded()
    {
        ref OnlineTotals totals = ref _totals;
        bool isWatching = _combinations.IsWatching;
        if (isWatching)
        {
            _combinations.Begin(_row);
        }

        if (totals.PendingFade > 0)
        {
            Adapt();
            _columns.Scale(_row);
        }
        else
        {
            _row.Span.CopyTo(_second);
            if (!_columns.Scale(_row))
            {
                _second.Span.CopyTo(_row);
                Adapt();
                _columns.Scale(_row);
            }
        }

        DoubleDouble weight = totals.Fade.High == 1 ? 1 : 1 / totals.Fade;
        DoubleDouble before = totals.Weight;
        double target = _row[Features];
        totals.Weight += weight;
        totals.SquaredWeight += weight * weight;
        DoubleDouble share = 0, rest = 1;
        if (_options.Intercept)
        {
            DoubleDouble inverse = totals.Weight.Reciprocal();
            share = weight * inverse;
            rest = before * inverse;
            weight *= rest;
        }

        RowCentring.Apply(
            _row, _rowLow, _columns.Means, _columns.MeansLow, _columns.Squares, _columns.MeanBounds, _columns.SquaredShifts,
            new RowShare(share, rest, weight.High), OnlineTotals.Roundoff);
        if (weight.High > 0)
        {
            _factor.Add(_row, _rowLow, weight, _columns.Squares);
        }

        totals.NewestWeight = 1 / totals.Fade.High;
        double faded = totals.FadeOfNewest * totals.FadeOfNewest;
        totals.RecentSquares = (totals.RecentSquares * faded * faded) + (target * target);
        totals.RecentSquaresError *= faded * faded;
        totals.FadeOfNewest = 1;
        totals.Steps++;
        totals.Count++;
        _isCurrent = false;
        if (isWatching)
        {
            FindCombinations();
        }
    }

    /// <summary>Moves the pending fade into the state, and changes units so that columns are near 1 again.</summary>
    private void Adapt()
    {
        int fade = (int)Math.Min(_totals.PendingFade, 10_000);
        ReadOnlySpan<int> shifts = _columns.Adapt(_row, fade);
        _factor.Rescale(shifts, fade, _second, _secondLow);
        ref OnlineTotals totals = ref _totals;
        totals.PendingFade = 0;
        totals.Weight = new(Math.ScaleB(totals.Weight.High, -fade), Math.ScaleB(totals.Weight.Low, -fade));
        totals.WeightError = Math.ScaleB(totals.WeightError, -fade);
        totals.RowsBeyondWeight = Math.ScaleB(totals.RowsBeyondWeight, -fade);
        totals.SquaredWeight = new(Math.ScaleB(totals.SquaredWeight.High, -2 * fade), Math.ScaleB(totals.SquaredWeight.Low, -2 * fade));
        totals.Ridge = Math.ScaleB(totals.Ridge, -fade);
        totals.RecentSquares = Math.ScaleB(totals.RecentSquares, -2 * shifts[Features]);
        totals.RecentSquaresError = Math.ScaleB(totals.RecentSquaresError, -2 * shifts[Features]);
    }

    /// <summary>Computes a sum over a power of the weights with the present fade, in units of a power of two.</summary>
    private double Faded(double sum, int power, int exponent)
    {
        double fade = power == 1 ? _totals.Fade.Value : _totals.Fade.Value * _totals.Fade.Value;
        return Math.ScaleB(sum * fade, (int)Math.Clamp(exponent - (power * _totals.PendingFade), -100_000, 100_000));
    }
}
