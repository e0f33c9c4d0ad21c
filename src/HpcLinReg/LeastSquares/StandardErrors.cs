using System.Collections.Immutable;
using System.Runtime.InteropServices;
using HpcLinReg.Kernels;

namespace HpcLinReg.LeastSquares;

/// <summary>
/// Standard errors of coefficients from the factor of the normal equations. With RᵀR = XᵀX + λI of the (centred) design, the covariance
/// of the weights is s²(RᵀR)⁻¹XᵀX(RᵀR)⁻¹ = s²((RᵀR)⁻¹ − λ(RᵀR)⁻²), so that for a combination v of them the variance is
/// s²(‖z‖² − λ‖R⁻¹z‖²) with Rᵀz = v, or s²‖XR⁻¹z‖² where that would cancel; the intercept is ȳ − x̄ᵀw, and ȳ is independent of w (Seber and Lee 2003, §3.11 and §10.7).
/// With a factor in double-double all of it is done in double-double.
/// </summary>
internal static class StandardErrors
{
    /// <summary>One for each weight; NaN where the residual standard error or the coefficient does not exist. d³/3 flops.</summary>
    internal static ImmutableArray<double> OfWeights(Fit fit)
    {
        int d = fit.Model.Features;
        var errors = new double[d];
        var z = new double[d];
        var low = new double[d];
        double[] shares = Shares(fit);
        for (int j = 0; j < d; j++)
        {
            if (fit.Factor[(j * d) + j] == 0 && !fit.Accuracy.IsMinimumNorm)
            {
                errors[j] = double.NaN;
                continue;
            }

            Array.Clear(z);
            Array.Clear(low);
            z[j] = 1;
            errors[j] = fit.ResidualStandardError * Math.Sqrt(Variance(fit, shares, z, low, j));
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
        double[] low = [.. fit.Accuracy.FeatureMeanErrors];
        return fit.ResidualStandardError * Math.Sqrt((1.0 / fit.Accuracy.TotalWeight) + Variance(fit, z, low));
    }

    /// <summary>By what aliased columns share the weights of minimum norm; nothing where they do not.</summary>
    private static double[] Shares(Fit fit) => fit.Accuracy.IsMinimumNorm ? MinimumNorm.FactorOf(fit.Aliased) : [];

    /// <summary>The variance, in units of s², of the combination v + low of the weights, which is overwritten.</summary>
    internal static double Variance(Fit fit, Span<double> v, Span<double> low) => Variance(fit, Shares(fit), v, low, 0);

    /// <summary>The same of a combination that is zero before its start.</summary>
    private static double Variance(Fit fit, double[] shares, Span<double> v, Span<double> low, int start)
    {
        if (fit.Accuracy.IsMinimumNorm)
        {
            MinimumNorm.ToCombinationOfKept(shares, fit.Aliased, v);
            low.Clear();
            start = 0;
        }

        return VarianceOfKept(fit, v, low, start);
    }

    /// <summary>From the factor, which has no rows for dropped columns.</summary>
    private static double VarianceOfKept(Fit fit, Span<double> v, Span<double> low, int start)
    {
        int d = v.Length;
        ReadOnlySpan<double> factor = fit.Factor.AsSpan();
        ReadOnlySpan<double> errors = fit.Accuracy.FactorErrors.AsSpan();
        bool isDouble = errors.IsEmpty;
        if (isDouble)
        {
            Cholesky.SolveTransposed(factor, d, v, start);
        }
        else
        {
            Cholesky.SolveTransposed(factor, errors, d, v, low, start);
        }

        double squares = SquaredLength(v);
        if (fit.Ridge > 0)
        {
            if (isDouble)
            {
                Cholesky.SolveUpper(factor, d, d, v);
            }
            else
            {
                Cholesky.SolveUpper(factor, errors, d, v, low);
            }

            // A difference that would lose more than a bit is not taken: the variance is ‖X(RᵀR)⁻¹v‖² as well.
            double penalty = fit.Ridge * SquaredLength(v);
            squares = penalty <= 0.5 * squares ? squares - penalty : fit.Accuracy.Gram!.SquaredLengthOfProduct(v, low);
        }

        return Math.Max(0, squares);
    }

    private static double SquaredLength(ReadOnlySpan<double> v) =>
        Reduce.Dot(ref MemoryMarshal.GetReference(v), ref MemoryMarshal.GetReference(v), v.Length);
}
