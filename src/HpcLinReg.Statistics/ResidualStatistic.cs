namespace HpcLinReg.Statistics;

/// <summary>Gathers <see cref="Diagnostics"/> from rows in order.</summary>
internal sealed class ResidualStatistic : IRowStatistic
{
    private readonly RegressionModel _model;
    private readonly bool _isFrequency;
    private readonly double[] _sum;
    private readonly double[] _ofSquares;
    private readonly MomentsAccumulator? _squares;
    private readonly double[] _joint;
    private readonly List<double> _residuals = [];
    private readonly List<double> _counts = [];
    private double _steps;
    private double _last = double.NaN;
    private double _leverages;
    private RowValue _leverage = new(0, double.NaN);
    private RowValue _cook = new(0, double.NaN);

    internal ResidualStatistic(RegressionModel model)
    {
        _model = model;
        _isFrequency = model.Training.Weights == WeightKind.Frequency;
        int order = model.Basis?.Order ?? 0;
        (_sum, _ofSquares) = (new double[order], new double[order]);
        _joint = new double[order + 1];
        _squares = model.Training.Weights == WeightKind.Precision && model.HasIntercept && order > 1 ? new MomentsAccumulator(order) : null;
    }

    public void Add(in ReadRow row)
    {
        double count = _isFrequency ? row.Weight : 1, residual = row.Residual * (_isFrequency ? 1 : Math.Sqrt(row.Weight));
        _residuals.Add(residual);
        if (_isFrequency)
        {
            _counts.Add(count);
        }

        if (!double.IsNaN(_last))
        {
            _steps += (residual - _last) * (residual - _last);
        }

        _last = residual;
        _leverages += count * row.Leverage;
        double weight = _isFrequency ? count : row.Weight, square = residual * residual;
        OrthogonalBasis.AddScaled(row.Coordinates, weight, _sum);
        OrthogonalBasis.AddScaled(row.Coordinates, weight * square, _ofSquares);
        if (_squares is not null)
        {
            row.Coordinates.CopyTo(_joint);
            _joint[^1] = square;
            // The first coordinate is that of the intercept, a constant.
            _squares.Add(new MatrixSpan<double>(_joint.AsSpan(1), row.Coordinates.Length));
        }

        if (!(row.Leverage <= _leverage.Value))
        {
            _leverage = new(row.Number, row.Leverage);
        }

        double cook = RowInfluence.Of(_model, row.Residual, row.Leverage, _isFrequency ? 1 : row.Weight).CookDistance;
        if (!double.IsNaN(cook) && !(cook <= _cook.Value))
        {
            _cook = new(row.Number, cook);
        }
    }

    internal Diagnostics ToDiagnostics()
    {
        double n = _isFrequency ? _counts.Sum() : _residuals.Count, mean = Sum((e, _) => e) / n, squares = Sum((e, _) => e * e);
        double second = Sum((e, m) => (e - m) * (e - m), mean) / n, third = Sum((e, m) => (e - m) * (e - m) * (e - m), mean) / n;
        double fourth = Sum((e, m) => (e - m) * (e - m) * ((e - m) * (e - m)), mean) / n;
        bool isKnown = _model.ResidualStandardError > 0 && _residuals.Count > 0;
        double skewness = third / (second * Math.Sqrt(second)), excess = (fourth / second / second) - 3;
        double jarqueBera = isKnown ? n / 6 * ((skewness * skewness) + (excess * excess / 4)) : double.NaN;
        double breuschPagan = isKnown && _model.Ridge == 0 && _model.Rank > 1 ? BreuschPagan(n, squares / n) : double.NaN;
        int freedom = Math.Max(0, _model.Rank - 1);
        return new Diagnostics
        {
            Quantiles = [.. new[] { 0, 0.25, 0.5, 0.75, 1 }.Select(Sorted())],
            DurbinWatson = isKnown ? _steps / squares : double.NaN,
            JarqueBera = jarqueBera,
            JarqueBeraP = Math.Exp(-jarqueBera / 2),
            BreuschPagan = breuschPagan,
            BreuschPaganFreedom = freedom,
            BreuschPaganP = double.IsNaN(breuschPagan) ? double.NaN
                : FisherF.UpperTail(breuschPagan / freedom, freedom, double.PositiveInfinity),
            LargestLeverage = _leverage,
            LargestCook = _cook,
            LeverageSum = _leverages,
        };
    }

    private double Count(int i) => _isFrequency ? _counts[i] : 1;

    private double Sum(Func<double, double, double> part, double mean = 0)
    {
        double sum = 0;
        for (int i = 0; i < _residuals.Count; i++)
        {
            sum += Count(i) * part(_residuals[i], mean);
        }

        return sum;
    }

    /// <summary>
    /// Computes n·R² of the squared residuals e² on the terms. Without precision weights the coordinates q are orthonormal, so with w = e²
    /// − σ̂² this is n·‖Σ q·w‖²/Σw². With precision weights they are orthonormal only under the weights, which this regression does not
    /// use, so R² comes from a fit of e² on q. Then NaN without an intercept.
    /// </summary>
    private double BreuschPagan(double n, double variance)
    {
        if (_model.Training.Weights == WeightKind.Precision)
        {
            return _squares is null ? double.NaN : n * _squares.ToMoments().Solve(_joint.Length - 2).RSquared;
        }

        double fitted = 0;
        for (int j = 0; j < _sum.Length; j++)
        {
            double part = _ofSquares[j] - (variance * _sum[j]);
            fitted += part * part;
        }

        return n * fitted / Sum((e, m) => ((e * e) - m) * ((e * e) - m), variance);
    }

    /// <summary>
    /// Sorts the residuals; quantile p lies at 1 + (n − 1)p between the residuals, each counted as often as it was observed.
    /// </summary>
    private Func<double, double> Sorted()
    {
        double[] sorted = [.. _residuals];
        if (!_isFrequency)
        {
            Array.Sort(sorted);
            return p => Between(p * (sorted.Length - 1), i => sorted[(int)i]);
        }

        double[] counts = [.. _counts];
        Array.Sort(sorted, counts);
        double[] ends = new double[counts.Length];
        double total = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            ends[i] = total += counts[i];
        }

        return p => Between(p * (total - 1), place => sorted[Array.FindIndex(ends, end => place < end)]);

        static double Between(double place, Func<double, double> at)
        {
            double below = Math.Floor(place), share = place - below;
            return share == 0 ? at(below) : ((1 - share) * at(below)) + (share * at(below + 1));
        }
    }
}
