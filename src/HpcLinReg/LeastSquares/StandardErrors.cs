using System.Collections.Immutable;
using System.Runtime.InteropServices;
using HpcLinReg.Kernels;

namespace HpcLinReg.LeastSquares;

/// <summary>
/// Standard errors of coefficients from the factor of the normal equations. With RᵀR = XᵀX + λI of the (centred) design, the covariance
/// of the weights is s²(RᵀR)⁻¹XᵀX(RᵀR)⁻¹ = s²((RᵀR)⁻¹ − λ(RᵀR)⁻²), so that for a combination v of them the variance is
/// s²(‖z‖² − λ‖R⁻¹z‖²) with Rᵀz = v; the intercept is ȳ − x̄ᵀw, and ȳ is independent of w (Seber and Lee 2003, §3.11 and §10.7).
/// </summary>
internal static class StandardErrors
{
    /// <summary>One for each weight; NaN where the residual standard error or the coefficient does not exist. d³/3 flops.</summary>
    internal static ImmutableArray<double> OfWeights(Fit fit)
    {
        int d = fit.Model.Features;
        var errors = new double[d];
        var z = new double[d];
        for (int j = 0; j < d; j++)
        {
            if (fit.Factor[(j * d) + j] == 0)
            {
                errors[j] = double.NaN;
                continue;
            }

            Array.Clear(z);
            z[j] = 1;
            errors[j] = fit.ResidualStandardError * Math.Sqrt(Variance(fit, z, j));
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(errors);
    }

    /// <summary>Of the intercept; NaN without one.</summary>
    internal static double OfIntercept(Fit fit)
    {
        if (!fit.HasIntercept)
        {
            return double.NaN;
        }

        double[] z = [.. fit.FeatureMeans];
        return fit.ResidualStandardError * Math.Sqrt((1.0 / fit.RowCount) + Variance(fit, z, 0));
    }

    /// <summary>The variance, in units of s², of the combination v of the weights, which is overwritten; zero before its start.</summary>
    private static double Variance(Fit fit, Span<double> v, int start)
    {
        int d = v.Length;
        Cholesky.SolveTransposed(fit.Factor.AsSpan(), d, v, start);
        double squares = SquaredLength(v);
        if (fit.Ridge > 0)
        {
            Cholesky.SolveUpper(fit.Factor.AsSpan(), d, d, v);
            squares -= fit.Ridge * SquaredLength(v);
        }

        return Math.Max(0, squares);
    }

    private static double SquaredLength(ReadOnlySpan<double> v) =>
        Reduce.Dot(ref MemoryMarshal.GetReference(v), ref MemoryMarshal.GetReference(v), v.Length);
}
