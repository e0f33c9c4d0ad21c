namespace HpcLinReg.Tests.Reference;

/// <summary>
/// A random sequence of rows that come, leave and fade: bursts, pauses, drifts, outliers that come and go, level shifts of 1e9, constant stretches, rare
/// indicators, nearly dependent columns, units of 1e±150. Factors are 1 − 2⁻ᵏ. The model and the exact rows take the same steps.
/// </summary>
internal sealed class OnlineSequence
{
    private readonly Random _random;
    private readonly Func<int, double>[] _columns;
    private readonly double[] _coefficients;
    private readonly double[] _cells;
    private readonly Func<int, double> _noise;
    private readonly double _targetUnit;
    private readonly string _description;
    private readonly double _factor;
    private readonly int _window;
    private readonly bool _removesAny;
    private readonly List<double> _weights = [];
    private int _outlierLeft = -1;
    private int _row;

    internal OnlineSequence(int seed)
    {
        _random = new Random(seed);
        int d = _random.Next(12) == 0 ? 6 + _random.Next(6) : _random.Next(1, 5);
        bool intercept = _random.Next(5) > 0;
        double ridge = _random.Next(10) == 0 ? Math.Pow(10, _random.Next(-9, 4)) : 0;
        Online = new OnlineRegression(d, new OnlineOptions { Intercept = intercept, Ridge = ridge });
        Exact = new ExactOnline(d, intercept, ridge);
        _cells = new double[d];
        _targetUnit = Unit();
        _columns = [.. Enumerable.Range(0, d).Select(Column)];
        _coefficients = [.. Enumerable.Range(0, d).Select(_ => Families.Normal(_random))];
        double noise = _random.Next(4) switch { 0 => 0, 1 => 1e-9, 2 => 1e-3, _ => 1 };
        double offset = _random.Next(3) == 0 ? Math.Pow(10, _random.Next(10)) : 0;
        int shift = _random.Next(6) == 0 ? _random.Next(100) : int.MaxValue;
        int back = shift == int.MaxValue ? 0 : shift + _random.Next(60);
        _noise = i => (noise * Families.Normal(_random)) + offset + (i >= shift && i < back ? 1e9 : 0);
        _factor = _random.Next(2) == 0 ? 1 - Math.ScaleB(1, -_random.Next(1, 11)) : 1;
        Removes = _random.Next(5) < 2;
        _window = 3 + d + _random.Next(40);
        _removesAny = _random.Next(3) == 0;
        Length = _random.Next(4) == 0 ? _random.Next(1, 15) : _random.Next(15, 160);
        _description = $"seed {seed}: {d} columns, intercept {intercept}, ridge {ridge}, noise {noise}, factor {_factor}, removes {Removes}, {Length} rows";
    }

    internal OnlineRegression Online { get; }

    internal ExactOnline Exact { get; }

    internal bool Removes { get; }

    internal int Length { get; }

    public override string ToString() => _description;

    /// <summary>Gets the genuine rows whose removal was refused.</summary>
    internal int Refused { get; private set; }

    internal int Removed { get; private set; }

    /// <summary>One more row, and what goes with it.</summary>
    internal void Step()
    {
        Decay(_factor);
        if (_random.Next(40) == 0)
        {
            Pause();
        }

        for (int j = 0; j < _cells.Length; j++)
        {
            _cells[j] = _columns[j](_row);
        }

        double y = 0;
        for (int j = 0; j < _cells.Length; j++)
        {
            double size = Math.Abs(_cells[j]) > 1e40 || (Math.Abs(_cells[j]) < 1e-40 && _cells[j] != 0) ? 0 : _cells[j];
            y += _coefficients[j] * size;
        }

        y = (y + _noise(_row)) * _targetUnit;
        bool isOutlier = _random.Next(60) == 0;
        if (isOutlier)
        {
            double size = Math.Pow(10, _random.Next(1, 13));
            int column = _random.Next(_cells.Length + 1);
            if (column == _cells.Length)
            {
                y *= size;
            }
            else
            {
                _cells[column] *= size;
            }
        }

        if (!(Math.Abs(y) <= 1e150) || _cells.Any(cell => !(Math.Abs(cell) <= 1e150)))
        {
            y = Math.Clamp(y, -1e150, 1e150);
            for (int j = 0; j < _cells.Length; j++)
            {
                _cells[j] = Math.Clamp(_cells[j], -1e150, 1e150);
            }
        }

        Online.Add<double>(_cells, y);
        Exact.Add([.. _cells], y);
        _weights.Add(1);
        _row++;
        if (Removes)
        {
            Leave(isOutlier);
        }
    }

    private void Leave(bool isOutlier)
    {
        if (isOutlier && _random.Next(2) == 0)
        {
            _outlierLeft = _random.Next(8);
        }

        if (_outlierLeft-- == 0 && Exact.Rows.Count > 8)
        {
            double largest = Exact.Rows.Max(row => Math.Abs(row.Y) + row.X.Sum(Math.Abs));
            Remove(Enumerable.Range(0, Exact.Rows.Count).First(i => Math.Abs(Exact.Rows[i].Y) + Exact.Rows[i].X.Sum(Math.Abs) == largest));
        }

        while (Exact.Rows.Count > _window && !HasRefused)
        {
            Remove(0);
        }

        for (int burst = _removesAny && _random.Next(12) == 0 ? _random.Next(1, 6) : 0; burst > 0 && Exact.Rows.Count > 1; burst--)
        {
            Remove(_random.Next(Exact.Rows.Count));
        }
    }

    private void Remove(int index)
    {
        Removed++;
        ExactOnline.Row row = Exact.Rows[index];
        if (_weights[index] > 0 && Online.Remove<double>(row.X, row.Y, _weights[index]))
        {
            Exact.Remove(index);
            _weights.RemoveAt(index);
        }
        else
        {
            // A row that is refused stays, and is tried again later.
            Refused++;
            HasRefused |= index == 0;
        }
    }

    /// <summary>Gets whether a genuine row was refused, after which the window cannot go on.</summary>
    internal bool HasRefused { get; private set; }

    private void Pause()
    {
        if (_factor == 1 && _random.Next(3) > 0)
        {
            return;
        }

        double factor = 1 - Math.ScaleB(1, -_random.Next(1, 6));
        for (int times = (int)Math.Pow(10, _random.NextDouble() * 3); times > 0; times--)
        {
            Decay(factor);
        }
    }

    private void Decay(double factor)
    {
        if (factor < 1)
        {
            Online.Decay(factor);
            Exact.Decay(factor);
            for (int i = 0; i < _weights.Count; i++)
            {
                _weights[i] *= factor;
            }
        }
    }

    private double Unit() => _random.Next(12) switch { 0 => 1e149, 1 => 1e-150, 2 => 1e-165, 3 => 1e6, 4 => 1e-5, _ => 1 };

    private Func<int, double> Column(int j)
    {
        double unit = _targetUnit > 1e100 || _targetUnit < 1e-100 ? _targetUnit : Unit(), mean = _random.Next(2) == 0 ? 0 : Math.Pow(10, _random.Next(-2, 13)) * (_random.NextDouble() - 0.5);
        if (unit > 1e100)
        {
            mean = 0;
        }

        int start = _random.Next(120), length = _random.Next(80);
        double walk = 0, period = 1 + _random.Next(60);
        double constant = Math.Round(Families.Normal(_random), _random.Next(4));
        return _random.Next(9) switch
        {
            0 => i => unit * (mean + (i * period)),
            1 => i => unit * (mean + (walk += Families.Normal(_random))),
            2 => i => _random.Next(30) == 0 ? unit : 0,
            3 => i => unit * (i >= start && i < start + length ? constant : Families.Normal(_random)),
            4 => i => unit * (Families.Normal(_random) + (i >= start && i < start + length ? 1e9 : 0)),
            5 when j > 0 => i => (_cells[j - 1] * constant) + (Math.Pow(10, -period / 5) * Families.Normal(_random)),
            6 when j > 1 => i => _cells[j - 1] + _cells[j - 2],
            7 => i => unit * Math.Exp(-Math.Pow((i - start) / period, 2)),
            _ => i => unit * (mean + Families.Normal(_random)),
        };
    }
}
