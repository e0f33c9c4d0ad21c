using System.Runtime.InteropServices;
using HpcLinReg.Kernels;

namespace HpcLinReg;

/// <content>The error bound that <see cref="Digits"/> follows from (docs/numerics.md).</content>
public sealed partial class OnlineRegression
{
    /// <summary>Computes a bound of √(Σv(ŷ − ŷ*)²) in the columns' units; infinite where there is none.</summary>
    private double PredictionError()
    {
        if (Count == 0)
        {
            return 0;
        }

        double others = SolutionError() + MeanError() + RoundedPredictions();
        double state = StateError(AmplifiedAtMost(_rowBounds), AmplifiedAtMost(_lostBounds));
        if (!(state < others / 8))
        {
            state = StateError(Amplified(_rowBounds), Amplified(_lostBounds));
        }

        double error = state + others;
        if (_isUncertain)
        {
            // A column that was dropped without proof may explain the whole remaining residual.
            error += Math.Sqrt(Math.Max(0, _solved.Unexplained.High)) + Math.Sqrt(UnexplainedError());
        }

        return double.IsNaN(error) ? double.PositiveInfinity : error;
    }

    /// <summary>Computes Σ errorⱼ|wⱼ| plus the error of the target.</summary>
    private double Weighted(ReadOnlySpan<double> errors)
    {
        double sum = errors[Features];
        for (int j = 0; j < Features; j++)
        {
            sum += _scaledWeights[j] == 0 ? 0 : errors[j] * Math.Abs(_scaledWeights[j]);
        }

        return sum;
    }

    /// <summary>
    /// Computes the error that the factor causes: with rows perturbed by columns of length bⱼ and cross-products by √(lostᵢ·lostⱼ),
    /// ‖R(w − w*)‖ ≤ (b_y + Σbⱼ|wⱼ|) + ‖r‖·‖|R⁻ᵀ|b‖ + (a_y + Σaⱼ|wⱼ|)·‖|R⁻ᵀ|a‖, a = √lost, to first order.
    /// </summary>
    /// <param name="rows">‖|R⁻ᵀ|b‖, or a bound of it.</param>
    /// <param name="products">‖|R⁻ᵀ|a‖, or a bound of it.</param>
    private double StateError(double rows, double products)
    {
        double relative = (2 * rows) + (products * products);
        if (!(relative < 0.5))
        {
            return double.PositiveInfinity;
        }

        double residual = Math.Sqrt(Math.Max(0, _solved.Unexplained.High) + UnexplainedError());
        return (Weighted(_rowBounds) + (residual * rows) + (Weighted(_lostBounds) * products)) / (1 - relative);
    }

    /// <summary>Computes a bound of the error of the residual sum of squares.</summary>
    private double UnexplainedError()
    {
        double rows = Weighted(_rowBounds), products = Weighted(_lostBounds);
        return (rows * rows) + (products * products) + (2 * rows * Math.Sqrt(Math.Max(0, _solved.Unexplained.High)));
    }

    /// <summary>Computes ‖|R⁻ᵀ|e‖ for the columns' errors e. O(d³).</summary>
    private double Amplified(ReadOnlySpan<double> errors)
    {
        double sum = 0;
        for (int k = 0; k < Features; k++)
        {
            double length = _isKnown[k] ? Through(_solved, k, errors) : 0;
            sum += _isKnown[k] ? length * length / _solved.Pivot(k) : 0;
        }

        return Math.Sqrt(sum);
    }

    /// <summary>Computes a bound of the same by the comparison matrix. O(d²).</summary>
    private double AmplifiedAtMost(ReadOnlySpan<double> errors)
    {
        double sum = 0;
        Span<double> reach = _reach;
        reach.Clear();
        for (int k = 0; k < Features; k++)
        {
            if (!_isKnown[k])
            {
                continue;
            }

            double length = reach[k] + errors[k];
            sum += length * length / _solved.Pivot(k);
            RowElimination.AddMagnitudes(
                ref MemoryMarshal.GetReference(reach), ref MemoryMarshal.GetReference(_solved.Row(k)), RowElimination.FirstLine(k),
                _solved.Stride, length);
        }

        return Math.Sqrt(sum);
    }

    /// <summary>
    /// Computes the error from rounding the weights: ‖D^½e‖ with e the residual of each row of the triangle at the rounded weights.
    /// </summary>
    private double SolutionError()
    {
        double sum = 0;
        for (int k = 0; k < Features; k++)
        {
            if (_isKnown[k])
            {
                double terms = Math.Abs(_scaledWeights[k]);
                for (int j = k + 1; j <= Features; j++)
                {
                    terms += Math.Abs(_solved.Row(k)[j] * _scaledWeights[j]);
                }

                double error = Math.Abs(_weightRoundings[k]) + (StepError * terms);
                sum += _solved.Pivot(k) * error * error;
            }
        }

        return Math.Sqrt(sum);
    }

    /// <summary>
    /// Computes the error from the means, from rounding the intercept, and from subnormal weights, which have fewer digits.
    /// </summary>
    private double MeanError()
    {
        double weight = Math.Sqrt(_totals.Weight.High), lost = 0, means = Weighted(_columns.MeanBounds) + Math.Abs(_interceptRounding);
        int unit = _columns.Exponents[Features];
        for (int j = 0; j < Features; j++)
        {
            means += Math.Abs(_columns.Means[j] * _scaledWeights[j]) * StepError;
            lost += Math.Abs(_solution[j]) < 1e-290 && _scaledWeights[j] != 0 ? Math.ScaleB(Length(j), _columns.Exponents[j] - unit - 1074)
                : 0;
            lost = double.IsFinite(_solution[j]) ? lost : double.PositiveInfinity;
        }

        lost += Math.Abs(_intercept) < 1e-290 && _scaledIntercept != 0 ? weight * Math.ScaleB(1, Math.Clamp(-unit - 1074, -2000, 2000)) : 0;
        return (weight * means) + lost;
    }

    /// <summary>
    /// Computes the rounding error of a prediction in double. Below eight columns it is a chain of multiply-adds from the intercept on,
    /// each of which rounds its sum of terms (<see cref="Predictions"/>); otherwise a term takes part in d/32 + 7 roundings, and their sum
    /// with the intercept in one more.
    /// </summary>
    private double RoundedPredictions()
    {
        double cells = 0, sums = 0, mean = _scaledIntercept;
        Span<double> partial = _second;
        partial.Clear();
        for (int j = 0; j < Features; j++)
        {
            double weight = _scaledWeights[j];
            mean += _columns.Means[j] * weight;
            if (weight == 0)
            {
                continue;
            }

            cells += Length(j) * Math.Abs(weight);
            partial[j] = weight;
            double squares = _totals.Weight.High * mean * mean;
            for (int k = 0; k <= j; k++)
            {
                partial[k] += k < j ? _solved.Row(k)[j] * weight : 0;
                squares += _solved.Pivot(k) * partial[k] * partial[k];
            }

            sums = Features < Line.Lanes ? sums + Math.Sqrt(squares) : Math.Sqrt(squares);
        }

        double roundings = Features >= Line.Lanes ? (Features / 32) + 7 : DoubleDouble.HasFusedMultiplyAdd ? 0 : 1;
        return 1.001 * Roundoff * (sums + (roundings * cells));
    }

    /// <summary>Computes √(Σvxⱼ²).</summary>
    private double Length(int j) => Math.Sqrt(SquaredLength(j) + (_totals.Weight.High * _columns.Means[j] * _columns.Means[j]));

    /// <summary>Computes Σv(xⱼ − x̄ⱼ)² from the factor.</summary>
    private double SquaredLength(int j)
    {
        double sum = j < Features ? _factor.Pivot(j) : Math.Max(0, _factor.Unexplained.High);
        for (int k = 0; k < Math.Min(j, Features); k++)
        {
            double entry = _factor.Row(k)[j];
            sum += _factor.Pivot(k) * entry * entry;
        }

        return sum;
    }

    /// <summary>Computes a lower bound of √(Σvy²) over the rows whose weight is at least 2⁻⁵³ of the largest.</summary>
    private double TargetSize(double error)
    {
        double weight = _totals.Weight.High, mean = Math.Max(0, Math.Abs(_columns.Means[Features]) - _columns.MeanBounds[Features]);
        double explained = 0;
        for (int k = 0; k < Features; k++)
        {
            double entry = _solved.Row(k)[Features];
            explained += _isKnown[k] ? _solved.Pivot(k) * entry * entry : 0;
        }

        explained = Math.Max(0, Math.Sqrt(explained) - error);
        double unexplained = Math.Max(0, _solved.Unexplained.High - UnexplainedError());
        double all = (weight * mean * mean) + (explained * explained) + unexplained;
        if (_totals.FadedOctaves > 52)
        {
            // Rows that faded further do not count: v⁴ multiplies their squares by at most 2⁻¹⁵⁹.
            double light = (weight * _columns.Means[Features] * _columns.Means[Features]) + SquaredLength(Features);
            double recent = _totals.RecentSquares - _totals.RecentSquaresError - Math.ScaleB(light / _totals.NewestWeight, -150);
            all = Math.Min(all, Math.Max(0, recent) * _totals.NewestWeight);
        }

        return 0.999 * Math.Sqrt(all);
    }
}
