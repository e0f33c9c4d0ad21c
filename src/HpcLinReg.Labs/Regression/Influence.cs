using System.Collections.Immutable;

namespace HpcLinReg.Labs.Regression;

/// <summary>How much each point has to say about a fit.</summary>
/// <param name="Leverage">
/// The diagonal of the hat matrix, hᵢ = 1/n + ‖R⁻ᵀ(xᵢ − x̄)‖²: the share of yᵢ in its own prediction (Seber and Lee 2003, §10.2).
/// </param>
/// <param name="CookDistance">
/// Dᵢ = rᵢ²hᵢ / (p·s²·(1 − hᵢ)²): how far all predictions move without the point (Cook 1977). NaN where it is not defined: leverage 1, or
/// no degrees of freedom.
/// </param>
public sealed record Influence(ImmutableArray<double> Leverage, ImmutableArray<double> CookDistance)
{
    /// <summary>A leverage this close to 1 is 1: its distance from it is the rounding of a factor of at most ten columns.</summary>
    private const double Rounding = 1e-10;

    /// <summary>Gets the point of the largest Cook's distance, or −1.</summary>
    public int Worst { get; } = IndexOfLargest(CookDistance);

    /// <summary>Gets the points without which the fit would have no answer.</summary>
    public ImmutableArray<int> Decisive { get; } = [.. Enumerable.Range(0, Leverage.Length).Where(i => IsOne(Leverage[i]))];

    /// <summary>From the factor of a fit, its design and its residuals.</summary>
    public static Influence Of(Fit fit, MatrixSpan<double> x, ReadOnlySpan<double> residuals)
    {
        int n = x.Rows, d = x.Columns;
        ImmutableArray<double>.Builder leverage = ImmutableArray.CreateBuilder<double>(n);
        ImmutableArray<double>.Builder distance = ImmutableArray.CreateBuilder<double>(n);
        double variance = fit.ResidualDegreesOfFreedom > 0 ? fit.ResidualSumOfSquares / fit.ResidualDegreesOfFreedom : double.NaN;
        double[] z = new double[d];
        for (int i = 0; i < n; i++)
        {
            double h = (1.0 / n) + SquaredLength(fit, x[i], z);
            leverage.Add(Math.Min(1, h));
            distance.Add(IsOne(h) || !(variance > 0)
                ? double.NaN
                : residuals[i] * residuals[i] * h / (fit.Rank * variance * (1 - h) * (1 - h)));
        }

        return new Influence(leverage.MoveToImmutable(), distance.MoveToImmutable());
    }

    /// <summary>‖z‖² with Rᵀz = x − x̄, by forward substitution; an aliased column, whose pivot is 0, has no part.</summary>
    private static double SquaredLength(Fit fit, ReadOnlySpan<double> row, double[] z)
    {
        int d = z.Length;
        double squares = 0;
        for (int j = 0; j < d; j++)
        {
            double value = row[j] - fit.FeatureMeans[j];
            for (int k = 0; k < j; k++)
            {
                value -= fit.Factor[(k * d) + j] * z[k];
            }

            double pivot = fit.Factor[(j * d) + j];
            z[j] = pivot == 0 ? 0 : value / pivot;
            squares += z[j] * z[j];
        }

        return squares;
    }

    private static bool IsOne(double leverage) => leverage > 1 - Rounding;

    private static int IndexOfLargest(ImmutableArray<double> values)
    {
        int largest = -1;
        for (int i = 0; i < values.Length; i++)
        {
            if (!double.IsNaN(values[i]) && (largest < 0 || values[i] > values[largest]))
            {
                largest = i;
            }
        }

        return largest;
    }
}
