using System.Collections.Immutable;
using HpcLinReg.Kernels;

namespace HpcLinReg.LeastSquares;

/// <summary>A fit on shifted and scaled powers, whose factor is well conditioned and within range where that of the powers as they are need not be.</summary>
/// <param name="Fit">On the shifted powers; a ridge penalizes these.</param>
/// <param name="Basis">Those.</param>
internal sealed record ShiftedPowers(Fit Fit, PolynomialBasis Basis)
{
    /// <summary>
    /// Coefficients of powers as they are, are combinations of those of shifted ones: replaces Σ vⱼwⱼ of the former by the same of the latter.
    /// </summary>
    /// <param name="aliased">Powers whose weights others have taken over.</param>
    /// <param name="v">v, its high parts.</param>
    /// <param name="low">Its low parts.</param>
    internal void Convert(ImmutableArray<AliasedColumn> aliased, Span<double> v, Span<double> low)
    {
        foreach (AliasedColumn alias in aliased)
        {
            DoubleDouble share = 0;
            for (int i = 0; i < alias.Coefficients.Length; i++)
            {
                share += new DoubleDouble(v[i], low[i]) * alias.Coefficients[i];
            }

            (v[alias.Column], low[alias.Column]) = share;
        }

        // From the highest power on, because each depends on its own and lower ones.
        for (int j = v.Length - 1; j >= 0; j--)
        {
            (int column, int first, _) = Basis.Group(j);
            DoubleDouble sum = 0;
            for (int i = first; i <= j; i++)
            {
                sum += Basis.ToRaw(column, i - first + 1, j - first + 1) * new DoubleDouble(v[i], low[i]);
            }

            (v[j], low[j]) = sum;
        }
    }
}
