using System.Collections.Immutable;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using HpcLinReg.Kernels;

namespace HpcLinReg.Fits;

/// <summary>
/// Computes standard errors of coefficients from the factor of the normal equations. With RᵀR = XᵀX + Λ of the (centred) design, Λ the
/// penalties (<see cref="Fit.Penalties"/>), the covariance of the weights is s²(RᵀR)⁻¹XᵀX(RᵀR)⁻¹ = s²((RᵀR)⁻¹ − (RᵀR)⁻¹Λ(RᵀR)⁻¹), so that
/// for a combination v of them the variance is s²(‖z‖² − ‖Λ^½R⁻¹z‖²) with Rᵀz = v, or s²‖XR⁻¹z‖² where that would cancel; the intercept is
/// ȳ − x̄ᵀw, and ȳ is independent of w (Seber and Lee 2003, §3.11 and §10.7). A factor in double-double is used in double-double. For rows
/// that have faded the variance is that of <see cref="FadedRows"/>.
/// </summary>
internal static class StandardErrors
{
    /// <summary>Standard errors under a penalty with a larger relative error are not given: they have fewer than three digits.</summary>
    internal const double MostError = 1e-3;

    /// <summary>
    /// Computes one for each weight; NaN where the residual standard error or the coefficient does not exist, or the factor has no digit.
    /// d³/3 flops.
    /// </summary>
    internal static ImmutableArray<double> OfWeights(Fit fit)
    {
        int d = fit.Model.Features;
        double[] errors = new double[d];
        double[] z = new double[d];
        double[] low = new double[d];
        double[] shares = Shares(fit);
        for (int j = 0; j < d; j++)
        {
            if (double.IsInfinity(fit.Accuracy.Errors.HigherOrder) || (fit.Factor[(j * d) + j] == 0 && !fit.Accuracy.IsMinimumNorm))
            {
                errors[j] = double.NaN;
                continue;
            }

            Array.Clear(z);
            Array.Clear(low);
            z[j] = 1;
            errors[j] = fit.ResidualStandardError * RootOfVariance(fit, shares, z, low, j);
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(errors);
    }

    /// <summary>Computes that of the intercept; NaN without one.</summary>
    internal static double OfIntercept(Fit fit)
    {
        if (!fit.HasIntercept || double.IsInfinity(fit.Accuracy.Errors.HigherOrder))
        {
            return double.NaN;
        }

        double[] z = [.. fit.FeatureMeans];
        double[] low = [.. fit.Accuracy.FeatureMeansLow];
        double constant = 1 / fit.Accuracy.TotalWeight;
        return fit.ResidualStandardError * (fit.Accuracy.Faded is null
            ? double.Hypot(Math.Sqrt(constant), RootOfVariance(fit, z, low)) : RootOfVariance(fit, Shares(fit), z, low, 0, constant));
    }

    /// <summary>Returns the factor by which aliased columns share weights of minimum norm; empty where they do not.</summary>
    private static double[] Shares(Fit fit) => fit.Accuracy.IsMinimumNorm ? MinimumNorm.FactorOf(fit.Aliased) : [];

    /// <summary>
    /// Computes the root of the variance, in units of s, of the combination v + low of the weights, which is overwritten.
    /// </summary>
    internal static double RootOfVariance(Fit fit, Span<double> v, Span<double> low) => RootOfVariance(fit, Shares(fit), v, low, 0);

    /// <summary>
    /// Computes the same for a combination that is zero before its start; where rows have faded, plus a multiple of the targets' sum.
    /// </summary>
    private static double RootOfVariance(Fit fit, double[] shares, Span<double> v, Span<double> low, int start, double constant = 0)
    {
        double unit = TakeUnit(v, low);
        if (fit.Accuracy.IsMinimumNorm)
        {
            MinimumNorm.ToCombinationOfKept(shares, fit.Aliased, v);
            low.Clear();
            start = 0;
        }

        (double variance, double ofKept) = VarianceOfKept(fit, v, low, start, constant / unit);
        return unit * ofKept * Math.Sqrt(variance);
    }

    /// <summary>Computes the variance of a combination of kept columns, in units of s² and of the square of the unit returned.</summary>
    private static (double Variance, double Unit) VarianceOfKept(Fit fit, Span<double> v, Span<double> low, int start, double constant)
    {
        SolveTransposed(fit, v, low, start);
        double unit = TakeUnit(v, low);
        double squares = SquaredLength(v);
        if (fit.Ridge == 0 && fit.Accuracy.Faded is null)
        {
            return (squares, unit);
        }

        SolveUpper(fit, v, low);
        if (fit.Accuracy.Faded is { } faded)
        {
            return (faded.Variance(v, low, constant / unit), unit);
        }

        // Where the difference would lose more than a bit, ‖X(RᵀR)⁻¹v‖² is computed instead, which is the same variance.
        double inner = TakeUnit(v, low), penalty = PenaltyOf(fit, v, inner);
        if (penalty <= 0.5 * squares)
        {
            return (squares - penalty, unit);
        }

        (double length, double error) = LengthUnderPenalty(fit, v, low);
        return (1, error <= MostError ? unit * inner * length : double.NaN);
    }

    /// <summary>
    /// Computes the largest relative error that rounding of XᵀX causes in a standard error where a penalty cancels most of ‖R⁻ᵀe‖²: of all
    /// standard errors and of those that are given. 2d³ flops.
    /// </summary>
    internal static (double Worst, double WorstGiven) WorstUnderPenalty(Fit fit)
    {
        int d = fit.Model.Features;
        (double worst, double worstGiven) = (0, 0);
        double[] v = new double[d], low = new double[d];
        for (int j = 0; j < d; j++)
        {
            if (fit.Factor[(j * d) + j] != 0)
            {
                Array.Clear(v);
                Array.Clear(low);
                v[j] = 1;
                Count(ErrorUnderPenalty(fit, v, low, j));
            }
        }

        if (fit.HasIntercept)
        {
            fit.FeatureMeans.CopyTo(v);
            fit.Accuracy.FeatureMeansLow.CopyTo(low);
            Count(ErrorUnderPenalty(fit, v, low, 0));
        }

        return (worst, worstGiven);

        void Count(double error)
        {
            worst = error <= worst ? worst : error;
            worstGiven = error <= MostError ? Math.Max(worstGiven, error) : worstGiven;
        }
    }

    private static double ErrorUnderPenalty(Fit fit, Span<double> v, Span<double> low, int start)
    {
        SolveTransposed(fit, v, low, start);
        TakeUnit(v, low);
        double squares = SquaredLength(v);
        SolveUpper(fit, v, low);
        return PenaltyOf(fit, v, TakeUnit(v, low)) <= 0.5 * squares ? 0 : LengthUnderPenalty(fit, v, low).Error;
    }

    /// <summary>Computes unit²·Σλⱼvⱼ².</summary>
    private static double PenaltyOf(Fit fit, ReadOnlySpan<double> v, double unit)
    {
        if (!fit.IsRidgeStandardized)
        {
            double root = Math.Sqrt(fit.Ridge) * unit;
            return root * root * SquaredLength(v);
        }

        double[] penalized = new double[v.Length];
        for (int j = 0; j < v.Length; j++)
        {
            penalized[j] = Math.Sqrt(fit.Accuracy.Penalties[j]) * unit * v[j];
        }

        return SquaredLength(penalized);
    }

    /// <summary>Computes v ← R⁻ᵀv in the precision of the factor; v is zero before the start.</summary>
    internal static void SolveTransposed(Fit fit, Span<double> v, Span<double> low, int start)
    {
        ReadOnlySpan<double> factor = fit.Factor.AsSpan(), factorLow = fit.Accuracy.FactorLow.AsSpan();
        if (factorLow.IsEmpty)
        {
            TriangularSystem.SolveTransposed(factor, v.Length, v, start);
        }
        else
        {
            DoubleDoubleCholesky.SolveTransposed(new ReadOnlyDoubleDoubleSpan(factor, factorLow), v.Length, new DoubleDoubleSpan(v, low),
                start);
        }
    }

    /// <summary>Computes v ← R⁻¹v in the precision of the factor.</summary>
    internal static void SolveUpper(Fit fit, Span<double> v, Span<double> low)
    {
        ReadOnlySpan<double> factor = fit.Factor.AsSpan(), factorLow = fit.Accuracy.FactorLow.AsSpan();
        if (factorLow.IsEmpty)
        {
            TriangularSystem.SolveUpper(factor, v.Length, v.Length, v);
        }
        else
        {
            DoubleDoubleCholesky.SolveUpper(new ReadOnlyDoubleDoubleSpan(factor, factorLow), v.Length, new DoubleDoubleSpan(v, low));
        }
    }

    /// <summary>
    /// Divides by a power of two near the largest magnitude, so that squares stay within the range of double. Returns it.
    /// </summary>
    internal static double TakeUnit(Span<double> v, Span<double> low)
    {
        double largest = v.IsEmpty ? 0 : Math.Abs(TensorPrimitives.MaxMagnitude<double>(v));
        double unit = largest > 0 && double.IsFinite(largest) ? Math.ScaleB(1, Math.Clamp(Math.ILogB(largest), -1000, 1000)) : 1;
        TensorPrimitives.Divide(v, unit, v);
        TensorPrimitives.Divide(low, unit, low);
        return unit;
    }

    /// <summary>
    /// Computes ‖Xv‖ with v = A⁻¹e, A = XᵀX + Λ, and its relative error. Entries of XᵀX wrong by ε change Xv by up to
    /// √‖G⁻¹‖·ε·√d·Σ‖xⱼ‖|vⱼ|, G being A with unit diagonal, and the product itself by ε(Σ‖xⱼ‖|vⱼ|)².
    /// </summary>
    private static (double Length, double Error) LengthUnderPenalty(Fit fit, ReadOnlySpan<double> v, ReadOnlySpan<double> low)
    {
        GramMatrix gram = fit.Accuracy.Gram!;
        double length = gram.LengthOfProduct(v, low);
        double size = 0;
        for (int j = 0; j < v.Length; j++)
        {
            size += Math.Sqrt(gram.High[(j * v.Length) + j]) / gram.Scales[j] * Math.Abs(v[j]);
        }

        double relative = size / length;
        double error = fit.Accuracy.EntryError * relative * ((Math.Sqrt(v.Length) / fit.ReciprocalCondition) + (relative / 2));
        return (length, size == 0 ? 0 : error);
    }

    private static double SquaredLength(ReadOnlySpan<double> v) =>
        Reduce.Dot(ref MemoryMarshal.GetReference(v), ref MemoryMarshal.GetReference(v), v.Length);
}
