using System.Collections.Immutable;
using HpcLinReg.Kernels;

namespace HpcLinReg.Polynomials;

/// <summary>
/// Converts between the terms of a polynomial and powers of its variables, in double-double. With an intercept term m is tᵐ, without one it
/// is x·o·tᵐ⁻¹, so that no term has a constant (<see cref="PolynomialVariable"/>); t = (x − c)·s.
/// </summary>
internal sealed class PowerConversion
{
    private readonly int[] _first;
    private readonly bool _hasIntercept;

    /// <summary>Describes the terms of variables.</summary>
    /// <param name="variables">How each variable enters.</param>
    /// <param name="hasIntercept">Whether a constant is fitted.</param>
    internal PowerConversion(ImmutableArray<PolynomialVariable> variables, bool hasIntercept)
    {
        Variables = variables;
        _hasIntercept = hasIntercept;
        _first = new int[variables.Length];
        for (int j = 1; j < variables.Length; j++)
        {
            _first[j] = _first[j - 1] + variables[j - 1].Degree;
        }
    }

    /// <summary>Gets how the variables enter.</summary>
    internal ImmutableArray<PolynomialVariable> Variables { get; }

    /// <summary>Finds the variable of a term.</summary>
    /// <returns>The variable, its first term, and the number of its terms.</returns>
    internal (int Variable, int First, int Degree) Group(int term)
    {
        int variable = Array.BinarySearch(_first, term);
        variable = variable < 0 ? ~variable - 1 : variable;
        return (variable, _first[variable], Variables[variable].Degree);
    }

    /// <summary>
    /// Computes the coefficient of xⁱ in term m ≥ i: sᵐ·C(m, i)·(−c)ᵐ⁻ⁱ with an intercept, o·sᵐ⁻¹·C(m − 1, i − 1)·(−c)ᵐ⁻ⁱ without one; i =
    /// 0 is the constant.
    /// </summary>
    internal DoubleDouble ToPower(int variable, int i, int m)
    {
        PolynomialVariable x = Variables[variable];
        return _hasIntercept ? Power(x.Scale, m) * Binomial(-x.Shift, m, i)
            : i == 0 ? 0
            : Power(x.Scale, m - 1) * x.OriginScale * Binomial(-x.Shift, m - 1, i - 1);
    }

    /// <summary>
    /// Computes the coefficient of term m in xⁱ, the inverse: xⁱ = (t/s + c)ⁱ gives C(i, m)·cⁱ⁻ᵐ·s⁻ᵐ, and xⁱ = (x·o/o)·(t/s + c)ⁱ⁻¹ gives
    /// C(i − 1, m − 1)·cⁱ⁻ᵐ·s⁻⁽ᵐ⁻¹⁾/o; m = 0 is the constant.
    /// </summary>
    internal DoubleDouble FromPower(int variable, int m, int i)
    {
        PolynomialVariable x = Variables[variable];
        DoubleDouble inverse = (DoubleDouble)1 / x.Scale;
        return _hasIntercept ? Power(inverse, m) * Binomial(x.Shift, i, m)
            : m == 0 ? 0
            : Power(inverse, m - 1) / x.OriginScale * Binomial(x.Shift, i - 1, m - 1);
    }

    /// <summary>
    /// Coefficients of powers are combinations of the terms' weights: replaces Σ vⱼwⱼ of the former by the same of the latter.
    /// </summary>
    /// <param name="v">v, its high parts.</param>
    /// <param name="low">Its low parts.</param>
    internal void ToTerms(Span<double> v, Span<double> low)
    {
        // From the highest power on, because each depends on its own and lower ones.
        for (int j = v.Length - 1; j >= 0; j--)
        {
            (int variable, int first, _) = Group(j);
            DoubleDouble sum = 0;
            for (int i = first; i <= j; i++)
            {
                sum += ToPower(variable, i - first + 1, j - first + 1) * new DoubleDouble(v[i], low[i]);
            }

            (v[j], low[j]) = sum;
        }
    }

    /// <summary>Computes C(m, i)·cᵐ⁻ⁱ.</summary>
    private static DoubleDouble Binomial(double c, int m, int i)
    {
        DoubleDouble value = Power(c, m - i);
        for (int k = 1; k <= i; k++)
        {
            value = value * (m - i + k) / k;
        }

        return value;
    }

    private static DoubleDouble Power(DoubleDouble value, int exponent)
    {
        DoubleDouble power = 1;
        for (int k = 0; k < exponent; k++)
        {
            power *= value;
        }

        return power;
    }
}
