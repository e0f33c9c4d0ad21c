using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace HpcLinReg;

/// <content>Residual standard error and standard errors.</content>
public sealed partial class OnlineRegression
{
    /// <summary>A residual standard error with a larger relative error than this is not given.</summary>
    private const double LargestStandardErrorError = 1e-6;

    /// <summary>
    /// Gets the number of rows that the weights are worth, (Σv)²/Σv²: the number of rows, unless some have faded; 0 without rows.
    /// </summary>
    public double EffectiveRows => Count == 0 ? 0 : _totals.Weight.Value * (_totals.Weight.Value / _totals.SquaredWeight.Value);

    /// <summary>
    /// Gets √(RSS/Σf · n/(n − tr(H))) with tr(H) the rank, or less with a ridge (<see cref="Fit.ResidualDegreesOfFreedom"/>), n the
    /// <see cref="EffectiveRows"/> and Σf the sum of the factors by which the rows have faded, which is Σv unless the model began with rows
    /// that had weights: without fading √(RSS/(n − tr(H))), the standard deviation of the noise of a row of weight 1. NaN where n is not
    /// above tr(H), and where it would be known to less than 6 digits because the residuals are near their own rounding.
    /// </summary>
    /// <remarks>RSS is Σv(y − ŷ)², without a ridge's penalty.</remarks>
    public double ResidualStandardError
    {
        get
        {
            Solve();
            FindBounds();
            double squares = _solved.Unexplained.High, rows = EffectiveRows, freedom = rows - EffectiveParameters(),
            error = UnexplainedError();
            for (int j = 0; j < Features && _totals.Ridge > 0; j++)
            {
                double weight = _scaledWeights[j];
                squares -= Math.ScaleB(_totals.Ridge, -2 * _columns.Exponents[j]) * weight * weight;
            }

            return freedom > 1e-9 * rows && error <= 2 * LargestStandardErrorError * squares
                ? Math.ScaleB(Math.Sqrt(squares / FadedRows * (rows / freedom)), _columns.Exponents[Features]) : double.NaN;
        }
    }

    /// <summary>
    /// Gets the standard error of each weight, s·√(Σf/n · ((S + λI)⁻¹S(S + λI)⁻¹)ⱼⱼ) with s the <see cref="ResidualStandardError"/>, n the
    /// <see cref="EffectiveRows"/> and S the weighted cross-products (centred, when there is an intercept). NaN for a column that the rows
    /// do not determine, and where s is.
    /// </summary>
    /// <remarks>
    /// Without fading those of a fit. Where rows have faded, right for noise that is independent of the weights, whatever the fading, as
    /// long as the features' spread does not drift with it. d³/3 flops and an array of d² values.
    /// </remarks>
    public ImmutableArray<double> StandardErrors
    {
        get
        {
            double deviation = ResidualStandardError;
            double[,] inverse = InverseFactor();
            double[] errors = new double[Features];
            for (int j = 0; j < Features; j++)
            {
                double[] unit = new double[Features];
                unit[j] = 1;
                double variance = _isKnown[j] ? Variance(inverse, unit) : double.NaN;
                errors[j] = Math.ScaleB(Scaled(deviation) * Math.Sqrt(variance), _columns.Exponents[Features] - _columns.Exponents[j]);
            }

            return ImmutableCollectionsMarshal.AsImmutableArray(errors);
        }
    }

    /// <summary>
    /// Gets the standard error of the intercept, in the target's units; NaN without one and where <see cref="ResidualStandardError"/> is.
    /// </summary>
    /// <remarks>As <see cref="StandardErrors"/>.</remarks>
    public double InterceptStandardError
    {
        get
        {
            double deviation = ResidualStandardError;
            if (!_options.Intercept)
            {
                return double.NaN;
            }

            double[] means = new double[Features];
            for (int j = 0; j < Features; j++)
            {
                means[j] = _isKnown[j] ? _columns.Means[j] : 0;
            }

            double variance = (1 / _totals.Weight.High) + Variance(InverseFactor(), means);
            return Math.ScaleB(Scaled(deviation) * Math.Sqrt(variance), _columns.Exponents[Features]);
        }
    }

    /// <summary>Computes the trace of the hat matrix: the rank less tr(λ(S + λI)⁻¹).</summary>
    private double EffectiveParameters()
    {
        double trace = Rank;
        if (_totals.Ridge == 0)
        {
            return trace;
        }

        double[,] inverse = InverseFactor();
        for (int i = 0; i < Features; i++)
        {
            double squares = 0;
            for (int k = i; k < Features; k++)
            {
                squares += inverse[i, k] * inverse[i, k];
            }

            trace -= Math.ScaleB(_totals.Ridge, -2 * _columns.Exponents[i]) * squares;
        }

        return trace;
    }

    /// <summary>Gets Σf of the factors by which the rows have faded.</summary>
    private double FadedRows => _totals.Weight.High + _totals.RowsBeyondWeight;

    /// <summary>Computes a residual standard error in the target's units of the state, times √(Σf/n).</summary>
    private double Scaled(double deviation) =>
        Math.ScaleB(deviation, -_columns.Exponents[Features]) * Math.Sqrt(FadedRows / EffectiveRows);

    /// <summary>Computes cᵀ(S + λI)⁻¹S(S + λI)⁻¹c = ‖R⁻ᵀc‖² − λ‖R⁻¹R⁻ᵀc‖² from the inverse of R, with λ in each column's units.</summary>
    private double Variance(double[,] inverse, double[] combination)
    {
        double[] solved = new double[Features];
        double variance = 0;
        for (int k = 0; k < Features; k++)
        {
            for (int i = 0; i <= k; i++)
            {
                solved[k] += inverse[i, k] * combination[i];
            }

            variance += solved[k] * solved[k];
        }

        for (int i = 0; i < Features && _totals.Ridge > 0; i++)
        {
            double sum = 0;
            for (int k = i; k < Features; k++)
            {
                sum += inverse[i, k] * solved[k];
            }

            variance -= Math.ScaleB(_totals.Ridge, -2 * _columns.Exponents[i]) * sum * sum;
        }

        return Math.Max(0, variance);
    }

    /// <summary>Computes R⁻¹ of the columns that the rows determine, R = D^½L, upper triangular.</summary>
    private double[,] InverseFactor()
    {
        Solve();
        double[,] inverse = new double[Features, Features];
        for (int k = 0; k < Features; k++)
        {
            if (!_isKnown[k])
            {
                continue;
            }

            double length = Math.Sqrt(_solved.Pivot(k));
            inverse[k, k] = 1 / length;
            for (int i = k - 1; i >= 0; i--)
            {
                double sum = 0;
                for (int j = i + 1; j <= k && _isKnown[i]; j++)
                {
                    sum -= _solved.Row(i)[j] * inverse[j, k];
                }

                inverse[i, k] = sum;
            }
        }

        return inverse;
    }
}
