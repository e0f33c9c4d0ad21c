using System.Collections.Immutable;
using HpcLinReg.Kernels;

namespace HpcLinReg.Models;

/// <summary>Computes predictions with uncertainty; made once for each model, when first asked for.</summary>
internal sealed class ModelUncertainty
{
    /// <summary>
    /// A row breaks a combination if the two sides differ by more than this share of the sum of its parts; in training they differed by
    /// rounding only. Rounding of the combination's own coefficients is <see cref="AliasDigits"/> digits worse than the worst coefficient
    /// of the fit at most (measured for polynomials of degree 20 to 40: up to 1.1), so the share is larger where the fit certifies few
    /// digits; where it certifies fewer than that, no row can be said to break a combination.
    /// </summary>
    private const double LeastAliasError = 1e-9;

    private const double AliasDigits = 2;

    private readonly ModelState _state;
    private readonly Uncertainty? _rows;
    private readonly double _mostAliasError;
    private readonly LineBuffer _least;
    private readonly LineBuffer _most;

    // One reference to level and quantile together: a thread never reads the level of one pair with the quantile of another.
    private Quantile? _last;

    internal ModelUncertainty(ModelState state)
    {
        _state = state;
        if (state.HasUncertainty)
        {
            _rows = new Uncertainty(
                state.Factor.AsSpan(), state.TermMeans.AsSpan(), state.Middle.AsSpan(), state.Weights.Length, state.HasIntercept
                    ? state.TotalWeight : double.PositiveInfinity,
                state.Robust, state.ResidualStandardError);
        }

        double digits = state.Certificate?.Digits ?? double.PositiveInfinity;
        _mostAliasError = Math.Max(LeastAliasError, Math.Pow(10, -Math.Max(0, digits - AliasDigits)));

        // An unknown range is infinite, so no value lies outside of it.
        ImmutableArray<ModelColumn> columns = state.Design.Columns;
        _least = new LineBuffer(columns.Length);
        _most = new LineBuffer(columns.Length);
        for (int i = 0; i < columns.Length; i++)
        {
            _least[i] = double.IsNaN(columns[i].Least) ? double.NegativeInfinity : columns[i].Least;
            _most[i] = double.IsNaN(columns[i].Most) ? double.PositiveInfinity : columns[i].Most;
        }
    }

    /// <summary>Computes the answer for a row of terms.</summary>
    internal UncertainPrediction Of(double value, ReadOnlySpan<double> terms, bool isOutside, double level)
    {
        bool breaksAlias = !_state.Aliased.IsEmpty && BreaksAlias(terms);
        if (_rows is null || (breaksAlias && _state.IsMinimumNorm))
        {
            return Unknown(new Prediction(value)) with { IsOutsideTraining = isOutside, BreaksAlias = breaksAlias };
        }

        double s = _state.ResidualStandardError;
        (double leverage, double variance) = _rows.Of(terms);
        double t = TwoSided(level), error = s * Math.Sqrt(variance);
        double reach = t * error, observed = t * s * Math.Sqrt(1 + variance);
        return new UncertainPrediction
        {
            Prediction = new Prediction(value),
            StandardError = error,
            Leverage = leverage,
            ConfidenceLower = value - reach,
            ConfidenceUpper = value + reach,
            PredictionLower = value - observed,
            PredictionUpper = value + observed,
            IsOutsideTraining = isOutside,
            BreaksAlias = breaksAlias,
        };
    }

    /// <summary>The answer where nothing is known but the value or its issue.</summary>
    internal static UncertainPrediction Unknown(Prediction prediction) => new()
    {
        Prediction = prediction,
        StandardError = double.NaN,
        Leverage = double.NaN,
        ConfidenceLower = double.NaN,
        ConfidenceUpper = double.NaN,
        PredictionLower = double.NaN,
        PredictionUpper = double.NaN,
    };

    /// <summary>Returns whether a value of the columns lies outside of its range in training. Values that are missing are not.</summary>
    internal bool IsOutside(ReadOnlySpan<double> row) => RangeCheck.IsOutside(row, _least, _most);

    /// <summary>Returns whether a value of a column lies outside of its range in training.</summary>
    internal bool IsOutside(int column, double value) => value < _least[column] || value > _most[column];

    /// <summary>Returns whether a row breaks a combination that held for all training rows.</summary>
    internal bool BreaksAlias(ReadOnlySpan<double> terms)
    {
        foreach (AliasedColumn aliased in _state.Aliased)
        {
            double sum = aliased.Intercept, size = Math.Abs(aliased.Intercept);
            for (int i = 0; i < aliased.Coefficients.Length; i++)
            {
                double part = aliased.Coefficients[i] * terms[i];
                sum += part;
                size += Math.Abs(part);
            }

            double value = terms[aliased.Column];
            if (Math.Abs(value - sum) > _mostAliasError * (size + Math.Abs(value)))
            {
                return true;
            }
        }

        return false;
    }

    private double TwoSided(double level)
    {
        Quantile? last = _last;
        if (last is null || last.Level != level)
        {
            double freedom = _state.Robust?.DegreesOfFreedom ?? _state.ResidualDegreesOfFreedom;
            _last = last = new Quantile(level, freedom > 0 ? StudentT.TwoSidedQuantile(level, freedom) : double.NaN);
        }

        return last.Value;
    }

    private sealed record Quantile(double Level, double Value);
}
