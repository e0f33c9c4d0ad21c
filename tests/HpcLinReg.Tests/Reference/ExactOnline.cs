namespace HpcLinReg.Tests.Reference;

/// <summary>
/// The rows of an online model with their weights, and their fit in numbers of 768 bits: raw cross-products of [1 | x | y], kept current, and Gaussian
/// elimination in which a column whose pivot is below 2⁻⁵⁰⁰ of what it was is determined by those before it. Weights are relative to a row's that
/// comes before anything fades; the promise does not depend on their unit.
/// </summary>
internal sealed class ExactOnline
{
    private readonly int _order;
    private readonly LongFloat[,] _sums;
    private readonly List<Row> _rows = [];
    private readonly LongFloat _ridge;
    private LongFloat _faded = 1;

    internal ExactOnline(int features, bool intercept = true, double ridge = 0)
    {
        Features = features;
        HasIntercept = intercept;
        _order = features + 1;
        _sums = new LongFloat[_order + 1, _order + 1];
        _ridge = ridge;
    }

    internal int Features { get; }

    internal bool HasIntercept { get; }

    internal IReadOnlyList<Row> Rows => _rows;

    internal void Add(double[] x, double y)
    {
        var row = new Row(x, y, [1, .. x.Select(value => (LongFloat)value), y], (LongFloat)1 / _faded);
        _rows.Add(row);
        Count(row, 1);
    }

    internal Row Remove(int index)
    {
        Row row = _rows[index];
        _rows.RemoveAt(index);
        Count(row, -1);
        return row;
    }

    internal void Decay(double factor) => _faded *= factor;

    /// <summary>[intercept, weights].</summary>
    internal LongFloat[] Solve(out int rank)
    {
        int first = HasIntercept ? 0 : 1;
        var a = (LongFloat[,])_sums.Clone();
        for (int j = 1; j < _order; j++)
        {
            a[j, j] += _ridge;
        }

        bool[] isKnown = new bool[_order];
        rank = 0;
        for (int k = first; k < _order; k++)
        {
            isKnown[k] = a[k, k].Sign > 0 && a[k, k].Length - (_sums[k, k] + _ridge).Length > -500;
            rank += isKnown[k] ? 1 : 0;
            for (int i = k + 1; i <= _order && isKnown[k]; i++)
            {
                LongFloat factor = a[i, k] / a[k, k];
                for (int j = k + 1; j <= i; j++)
                {
                    a[i, j] -= factor * a[j, k];
                }
            }
        }

        ResidualSumOfSquares = a[_order, _order];
        var solution = new LongFloat[_order];
        for (int k = _order - 1; k >= first; k--)
        {
            LongFloat sum = a[_order, k];
            for (int j = k + 1; j < _order; j++)
            {
                sum -= a[j, k] * solution[j];
            }

            solution[k] = isKnown[k] ? sum / a[k, k] : LongFloat.Zero;
        }

        return solution;
    }

    /// <summary>Gets the residual sum of squares of the last solution; with a ridge, plus λ‖w‖².</summary>
    internal LongFloat ResidualSumOfSquares { get; private set; }

    /// <summary>The digits that the promise is about: −log₁₀ of √(Σv(ŷ − ŷ*)²/Σvy²) over rows of at least 2⁻⁵³ of the largest weight.</summary>
    internal double Digits(ReadOnlySpan<double> weights, double intercept)
    {
        LongFloat[] exact = Solve(out _);
        LongFloat largest = LongFloat.Zero, error = LongFloat.Zero, size = LongFloat.Zero;
        foreach (Row row in _rows)
        {
            largest = row.Weight > largest ? row.Weight : largest;
        }

        var difference = new LongFloat[_order];
        difference[0] = (LongFloat)intercept - exact[0];
        for (int j = 0; j < Features; j++)
        {
            difference[j + 1] = (LongFloat)weights[j] - exact[j + 1];
        }

        foreach (Row row in _rows)
        {
            if ((row.Weight * 9007199254740992) < largest)
            {
                continue;
            }

            LongFloat wrong = LongFloat.Zero;
            for (int j = 0; j < _order; j++)
            {
                wrong += difference[j] * row.Cells[j];
            }

            error += row.Weight * wrong * wrong;
            size += row.Weight * row.Cells[_order] * row.Cells[_order];
        }

        return error.IsZero ? double.PositiveInfinity : size.IsZero ? double.NegativeInfinity : (size.Log10() - error.Log10()) / 2;
    }

    private void Count(Row row, double sign)
    {
        LongFloat weight = row.Weight * sign;
        for (int i = 0; i <= _order; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                _sums[i, j] += weight * row.Cells[i] * row.Cells[j];
            }
        }
    }

    internal sealed class Row(double[] x, double y, LongFloat[] cells, LongFloat weight)
    {
        internal double[] X { get; } = x;

        internal double Y { get; } = y;

        internal LongFloat[] Cells { get; } = cells;

        internal LongFloat Weight { get; } = weight;
    }
}
