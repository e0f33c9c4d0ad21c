using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using HpcLinReg.Kernels;

namespace HpcLinReg;

/// <summary>How an <see cref="OnlineRegression"/> is posed.</summary>
public sealed record OnlineOptions
{
    /// <summary>Gets whether an intercept is fitted; the default is true.</summary>
    public bool Intercept { get; init; } = true;

    /// <summary>Gets λ ≥ 0 as in fits; it is there before the first row, and <see cref="OnlineRegression.Decay"/> fades it too.</summary>
    public double Ridge { get; init; }

    /// <summary>Gets the digits of the cross-products below which a rebuild is called for; the default is 8.</summary>
    public double LeastDigits { get; init; } = 8;
}

/// <summary>
/// A least-squares model that is always current: rows come, go (sliding windows) and fade (forgetting), and each costs O(d²) instead of a
/// fit. It keeps the triangular factor of the rows [1 | x | y] themselves, by plane rotations, so the condition number is not squared.
/// </summary>
/// <remarks>
/// <para>
/// Taking rows away takes digits with them: each step perturbs the cross-products of a column by a few roundings of its sum of squares
/// at the time, and after many rows, or one large one, have come and gone, that is large beside what is left. An estimate, which takes the
/// roundings of different steps as independent, is kept for each column: <see cref="Digits"/> tells the worst, <see cref="NeedsRebuild"/> that it is below what the options ask, and
/// <see cref="Rebuild"/> repairs it from the rows of the window.
/// </para>
/// <para>
/// With an intercept the first row is the origin that all rows are measured from, so means far from zero cost nothing. Allocates nothing
/// once made: 8(d + 10)² bytes. Not thread-safe.
/// </para>
/// </remarks>
public sealed class OnlineRegression
{
    private const double Roundoff = 1.0 / (1L << 53);

    /// <summary>Roundings of a column's sum of squares that a step costs at most: two products and an addition for each of two rows.</summary>
    private const double StepRoundoffs = 4;

    /// <summary>A pivot whose square is below so many times its error says nothing: its column gets the weight 0.</summary>
    private const double PivotMargin = 10;

    private readonly OnlineOptions _options;
    private readonly int _order;
    private readonly int _stride;
    private readonly double[] _factor;
    private readonly double[] _origin;
    private readonly double[] _row;
    private readonly double[] _solved;
    private readonly double[] _squares;
    private readonly double[] _squaredErrors;
    private readonly double[] _solution;
    private double _intercept;
    private bool _hasOrigin;
    private bool _isCurrent;
    private bool _refused;

    /// <summary>Makes a model without rows.</summary>
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
        _order = features + First;
        _stride = _order + 1;
        _factor = new double[checked(_order * _stride)];
        _origin = new double[features + 1];
        _row = new double[_stride];
        _solved = new double[_stride];
        _squares = new double[_order];
        _squaredErrors = new double[_order];
        _solution = new double[_order];
        Clear();
    }

    /// <summary>Gets the number of features, d.</summary>
    public int Features { get; }

    /// <summary>Gets the sum of the rows' weights: their number, unless some have faded.</summary>
    public double Weight { get; private set; }

    /// <summary>Gets Σ(y − ŷ)², weights faded included; with a ridge, plus λ‖w‖². Never below 0.</summary>
    public double ResidualSumOfSquares { get; private set; }

    /// <summary>
    /// Gets to how many decimal digits the cross-products of the worst column are known, by estimate; 15.95 at best. Coefficients have about
    /// 2·log₁₀κ fewer, κ the condition number of the columns of unit length, measured from the first row.
    /// </summary>
    public double Digits
    {
        get
        {
            double worst = Roundoff;
            for (int k = 0; k < _order; k++)
            {
                worst = Math.Max(worst, _squares[k] > 0 ? Math.Sqrt(_squaredErrors[k]) / _squares[k] : _squaredErrors[k] > 0 ? 1 : 0);
            }

            return Math.Max(0, -Math.Log10(worst));
        }
    }

    /// <summary>Gets whether the digits have fallen below the options', or a removal was refused: <see cref="Rebuild"/> repairs it.</summary>
    public bool NeedsRebuild => _refused || Digits < _options.LeastDigits;

    /// <summary>Gets the weights, current; a column that the rows do not determine has 0. Valid until the next change.</summary>
    public ReadOnlySpan<double> Weights
    {
        get
        {
            Solve();
            return _solution.AsSpan(First);
        }
    }

    /// <summary>Gets the intercept, current; 0 without one.</summary>
    public double Intercept
    {
        get
        {
            Solve();
            return _intercept;
        }
    }

    private int First => _options.Intercept ? 1 : 0;

    /// <summary>Takes a row in.</summary>
    /// <param name="x">d finite values.</param>
    /// <param name="y">Its target, finite.</param>
    /// <exception cref="ArgumentException">The length is not d, or a value is not finite.</exception>
    /// <remarks>d + 1 plane rotations: 3(d + 1)² flops.</remarks>
    public void Add<T>(ReadOnlySpan<T> x, T y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Load(x, y);
        Count(+1);
        Cholesky.RotateIn(_factor, _order, _stride, _row);
        ResidualSumOfSquares += _row[_order] * _row[_order];
        Weight++;
        _isCurrent = false;
    }

    /// <summary>Takes a row out that was taken in before and has not faded since.</summary>
    /// <param name="x">d finite values.</param>
    /// <param name="y">Its target, finite.</param>
    /// <returns>
    /// Whether it was done. If not, nothing has changed but <see cref="NeedsRebuild"/>: the row was not among them, or too few digits are left to
    /// tell.
    /// </returns>
    /// <exception cref="ArgumentException">The length is not d, or a value is not finite.</exception>
    /// <remarks>5(d + 1)² flops.</remarks>
    public bool Remove<T>(ReadOnlySpan<T> x, T y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Load(x, y);
        _row.CopyTo(_solved, 0);
        double rest = Cholesky.Prepare(_factor, _order, _stride, _solved.AsSpan(0, _order));
        double target = _row[_order];
        if (!(rest > 0) || Weight < 1)
        {
            _refused = true;
            return false;
        }

        // What the other rows leave unexplained of this one (LINPACK's dchdd).
        double explained = 0;
        for (int k = 0; k < _order; k++)
        {
            explained += _solved[k] * _factor[(k * _stride) + _order];
        }

        double unexplained = (target - explained) / Math.Sqrt(rest);
        Count(-1);
        Array.Clear(_row);
        _row[_order] = unexplained;
        Cholesky.RotateOut(_factor, _order, _stride, _solved, rest, _row);
        ResidualSumOfSquares = Math.Max(0, ResidualSumOfSquares - (unexplained * unexplained));
        Weight--;
        _isCurrent = false;
        return true;
    }

    /// <summary>Fades all rows: each counts as much less as the factor says. Called once a row it is exponential forgetting.</summary>
    /// <param name="factor">Above 0, at most 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The factor is not.</exception>
    /// <remarks>(d + 1)² flops. The weights stay as they are.</remarks>
    public void Decay(double factor)
    {
        if (!(factor > 0 && factor <= 1))
        {
            Throw.DecayNotUsable(factor);
        }

        double root = Math.Sqrt(factor);
        TensorPrimitives.Multiply(_factor, root, _factor);
        TensorPrimitives.Multiply(_squares, factor, _squares);
        TensorPrimitives.Multiply(_squaredErrors, factor * factor, _squaredErrors);
        Weight *= factor;
        ResidualSumOfSquares *= factor;
    }

    /// <summary>Begins again with the rows that are in the window now: the digits of a fresh start.</summary>
    /// <param name="x">The rows, n × d.</param>
    /// <param name="y">Their targets.</param>
    /// <exception cref="ArgumentException">Shapes disagree, or a value is not finite.</exception>
    public void Rebuild<T>(MatrixSpan<T> x, ReadOnlySpan<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (x.Rows != y.Length)
        {
            Throw.RowsAgainst(nameof(y), x.Rows, y.Length);
        }

        Clear();
        for (int i = 0; i < x.Rows; i++)
        {
            Add(x[i], y[i]);
        }
    }

    /// <summary>The model as an immutable value of its own.</summary>
    /// <returns>Weights and intercept of now.</returns>
    public LinearModel ToModel() => new(Weights, Intercept);

    private void Clear()
    {
        Array.Clear(_factor);
        Array.Clear(_squares);
        Array.Clear(_squaredErrors);
        for (int k = First; k < _order; k++)
        {
            _factor[(k * _stride) + k] = Math.Sqrt(_options.Ridge);
            _squares[k] = _options.Ridge;
        }

        Weight = 0;
        ResidualSumOfSquares = 0;
        _hasOrigin = false;
        _refused = false;
        _isCurrent = false;
    }

    /// <summary>The row [1 | x | y], measured from the origin.</summary>
    private void Load<T>(ReadOnlySpan<T> x, T y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (x.Length != Features)
        {
            Throw.ColumnsAgainstWeights(x.Length, Features);
        }

        Span<double> cells = _row.AsSpan(First);
        Line.Widen(x, cells);
        cells[Features] = Line.Widen(y);
        for (int j = 0; j <= Features; j++)
        {
            if (!double.IsFinite(cells[j]))
            {
                Throw.NonFiniteCell((long)Weight, j < Features ? $"column {j} of x (counted from 0)" : "the target", cells[j]);
            }
        }

        if (!_options.Intercept)
        {
            return;
        }

        if (!_hasOrigin)
        {
            cells.CopyTo(_origin);
            _hasOrigin = true;
        }

        _row[0] = 1;
        TensorPrimitives.Subtract(cells, _origin, cells);
    }

    /// <summary>Takes the row into the sums of squares, and what the step may cost into the estimates of their errors.</summary>
    private void Count(double sign)
    {
        for (int k = 0; k < _order; k++)
        {
            double square = _row[k] * _row[k];
            double before = _squares[k];
            _squares[k] = Math.Max(0, before + (sign * square));
            double error = StepRoundoffs * Roundoff * Math.Max(before, _squares[k]);
            _squaredErrors[k] += error * error;
        }
    }

    private void Solve()
    {
        if (_isCurrent)
        {
            return;
        }

        for (int k = _order - 1; k >= 0; k--)
        {
            ReadOnlySpan<double> row = _factor.AsSpan((k * _stride) + k, _stride - k);
            int behind = _order - k - 1;
            double known = behind == 0 ? 0 : Reduce.Dot(ref MemoryMarshal.GetReference(row[1..]), ref _solution[k + 1], behind);
            bool isKnown = row[0] * row[0] > PivotMargin * Math.Sqrt(_squaredErrors[k]);
            _solution[k] = isKnown ? (row[^1] - known) / row[0] : 0;
        }

        _intercept = _options.Intercept ? _solution[0] + _origin[Features] : 0;
        for (int j = 0; j < Features && _options.Intercept; j++)
        {
            _intercept -= _origin[j] * _solution[j + 1];
        }

        _isCurrent = true;
    }
}
