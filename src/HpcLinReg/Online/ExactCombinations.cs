using HpcLinReg.Kernels;

namespace HpcLinReg.Online;

/// <summary>
/// Finds the columns of x that are exact combinations of the columns before them (and of 1, with an intercept) in every row of an
/// <see cref="OnlineRegression"/>: q·xₖ = c₀ + Σcⱼxⱼ without any rounding. Such a column can certainly be left out of the fit; one that is
/// a combination only to the digits of double-double cannot.
/// </summary>
/// <remarks>
/// Rows are kept until every column is known to be independent or an exact combination, so that a combination found later is tested on all
/// rows so far. After that a row is kept only if a combination fails in it. Rows in which all hold need not be kept: the combinations span
/// the null space of the kept rows, so these rows lie in the span of the kept ones and satisfy the same combinations. When the memory is
/// full, a column that is undecided stays undecided.
/// </remarks>
internal sealed class ExactCombinations(int features, bool intercept)
{
    /// <summary>Products below this are not tested: their rounding error may underflow.</summary>
    private const double SmallestProduct = 1e-250;

    /// <summary>Products above this are not tested: where multiply-add is not fused, the halves of their factors may overflow.</summary>
    private const double LargestProduct = 1e280;

    private readonly State[] _states = new State[features];
    private readonly double[] _latest = new double[features];
    private readonly double[] _rows = new double[checked(((2 * features) + 8) * features)];

    /// <summary>Row k: the c of the columns before column k, and q in its own place.</summary>
    private readonly double[] _coefficients = new double[checked(features * features)];
    private readonly double[] _constants = new double[features];
    private readonly double[] _terms = new double[(2 * features) + 5];
    private int _rowCount;
    private int _independentWhenTried = -1;

    internal enum State
    {
        /// <summary>The rows so far do not decide, or the column's combination has just failed.</summary>
        Open,

        /// <summary>The column is an exact combination in all rows.</summary>
        Combination,

        /// <summary>The column is independent: its pivot exceeds every rounding error.</summary>
        Independent,

        /// <summary>The memory is full, or rows were summed elsewhere.</summary>
        Unknown,
    }

    /// <summary>Gets whether there are columns whose combinations further rows may confirm or break.</summary>
    internal bool IsWatching { get; private set; } = features > 0;

    internal bool Is(int column, State state) => _states[column] == state;

    internal void Clear()
    {
        Array.Clear(_states);
        _rowCount = 0;
        _independentWhenTried = -1;
        IsWatching = features > 0;
    }

    /// <summary>Discards all decisions, because there are rows that were summed elsewhere and cannot be tested.</summary>
    internal void GiveUp()
    {
        Array.Fill(_states, State.Unknown);
        IsWatching = false;
    }

    /// <summary>Gets the row being added, before it is scaled to the columns' units.</summary>
    internal void Begin(ReadOnlySpan<double> row) => row[..features].CopyTo(_latest);

    /// <summary>
    /// Returns whether every combination holds in the row being added and no column is undecided. A column whose combination fails becomes
    /// undecided.
    /// </summary>
    internal bool Hold()
    {
        bool hold = true;
        for (int k = 0; k < features; k++)
        {
            if (_states[k] == State.Combination && !Holds(k, _latest))
            {
                _states[k] = State.Open;
            }

            hold &= _states[k] != State.Open;
        }

        return hold;
    }

    /// <summary>Keeps the row being added and marks the columns that are independent with it.</summary>
    /// <returns>
    /// Whether the open columns may be combinations: no column has become independent by this row, and they were not tried with as many
    /// independent ones.
    /// </returns>
    internal bool Keep(ReadOnlySpan<bool> isKnown)
    {
        bool isFull = (_rowCount + 1) * features > _rows.Length, isStalled = !isFull;
        if (!isFull)
        {
            _latest.CopyTo(_rows, _rowCount * features);
            _rowCount++;
        }

        IsWatching = false;
        int independent = 0;
        for (int k = 0; k < features; k++)
        {
            if (_states[k] == State.Open && (isKnown[k] || isFull))
            {
                _states[k] = isKnown[k] ? State.Independent : State.Unknown;
                isStalled = false;
            }

            independent += _states[k] == State.Independent ? 1 : 0;
            IsWatching |= _states[k] is State.Open or State.Combination;
        }

        isStalled &= independent != _independentWhenTried;
        _independentWhenTried = isStalled ? independent : _independentWhenTried;
        return isStalled;
    }

    /// <summary>
    /// Takes coefficients as the combination of a column, if with some constant it holds exactly in all rows that are kept.
    /// </summary>
    /// <param name="column">k.</param>
    /// <param name="coefficients">The c of the columns before k, and q.</param>
    internal void Try(int column, ReadOnlySpan<double> coefficients)
    {
        coefficients[..(column + 1)].CopyTo(_coefficients.AsSpan(column * features));
        _constants[column] = 0;
        bool holds = true;
        if (intercept)
        {
            holds = Rest(column, _latest, out double constant);
            _constants[column] = constant;
        }

        for (int i = _rowCount - 1; i >= 0 && holds; i--)
        {
            holds = Holds(column, _rows.AsSpan(i * features, features));
        }

        _states[column] = holds ? State.Combination : State.Open;
    }

    internal static long StateLength(long features) => (2 * features) + 2 + (features * features) + (((2 * features) + 8) * features);

    internal void Write(ref SnapshotWriter writer)
    {
        writer.Write((long)_rowCount);
        writer.Write((long)_independentWhenTried);
        for (int k = 0; k < features; k++)
        {
            writer.Write((long)_states[k]);
            writer.Write(_states[k] == State.Combination ? _constants[k] : 0);
        }

        for (int k = 0; k < features; k++)
        {
            for (int j = 0; j < features; j++)
            {
                writer.Write(j <= k && _states[k] == State.Combination ? _coefficients[(k * features) + j] : 0);
            }
        }

        for (int i = 0; i < _rows.Length; i++)
        {
            writer.Write(i < _rowCount * features ? _rows[i] : 0);
        }
    }

    /// <summary>Reads a state that was written; returns whether it is a possible one.</summary>
    internal bool Read(ref SnapshotReader reader)
    {
        long rows = reader.ReadLong(), independent = reader.ReadLong();
        bool isUsable = rows >= 0 && rows <= (2 * features) + 8 && independent >= -1 && independent <= features;
        (_rowCount, _independentWhenTried) = isUsable ? ((int)rows, (int)independent) : (0, 0);
        IsWatching = false;
        for (int k = 0; k < features; k++)
        {
            long state = reader.ReadLong();
            isUsable &= state is >= 0 and <= (long)State.Unknown;
            _states[k] = isUsable ? (State)state : State.Unknown;
            _constants[k] = reader.ReadDouble();
            IsWatching |= _states[k] is State.Open or State.Combination;
        }

        for (int i = 0; i < _coefficients.Length; i++)
        {
            _coefficients[i] = reader.ReadDouble();
        }

        for (int i = 0; i < _rows.Length; i++)
        {
            _rows[i] = reader.ReadDouble();
        }

        return isUsable;
    }

    private bool Holds(int column, ReadOnlySpan<double> row) => Rest(column, row, out double rest) && rest == 0;

    /// <summary>
    /// Computes q·xₖ − c₀ − Σcⱼxⱼ exactly. Returns false if it is not a double, or if a product is outside of the range in which its error
    /// is exact.
    /// </summary>
    private bool Rest(int column, ReadOnlySpan<double> row, out double rest)
    {
        ReadOnlySpan<double> own = _coefficients.AsSpan(column * features, column + 1);
        int count = Grow(0, -_constants[column]);
        bool isExact = true;
        for (int j = 0; j <= column; j++)
        {
            if (own[j] != 0 && row[j] != 0)
            {
                var product = DoubleDouble.Product(j < column ? -own[j] : own[j], row[j]);
                isExact &= Math.Abs(product.High) is >= SmallestProduct and <= LargestProduct;
                count = Grow(Grow(count, product.Low), product.High);
            }
        }

        rest = count == 0 ? 0 : _terms[count - 1];
        return isExact && count <= 1;
    }

    /// <summary>
    /// Adds a value to an expansion, whose terms do not overlap and rise in magnitude (Shewchuk 1997); zeros are left out.
    /// </summary>
    private int Grow(int count, double value)
    {
        int kept = 0;
        for (int i = 0; i < count; i++)
        {
            var sum = DoubleDouble.Sum(value, _terms[i]);
            if (sum.Low != 0)
            {
                _terms[kept++] = sum.Low;
            }

            value = sum.High;
        }

        if (value != 0)
        {
            _terms[kept++] = value;
        }

        return kept;
    }
}
