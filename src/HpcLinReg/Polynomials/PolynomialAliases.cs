using System.Collections.Immutable;
using HpcLinReg.Kernels;

namespace HpcLinReg.Polynomials;

/// <summary>
/// Converts combinations of terms, which aliased terms equal, to combinations of powers of the variables. A power and those below it span
/// the same space as their terms, with an intercept together with the constant, so the same columns are determined by those before them;
/// only the combinations differ.
/// </summary>
internal static class PolynomialAliases
{
    /// <summary>Returns the combinations, without parts that rounding explains.</summary>
    /// <param name="fit">The fit on terms.</param>
    /// <param name="conversion">Converts terms to powers.</param>
    /// <param name="relativeError">The error of a combination of terms, relative to its coefficients.</param>
    internal static ImmutableArray<RawAlias> ToRaw(Fit fit, PowerConversion conversion, double relativeError)
    {
        List<RawAlias> raw = [];
        foreach (AliasedColumn alias in fit.Aliased)
        {
            TermCombination shifted = ShiftedOf(alias, fit, conversion);
            TermCombination combination = new(alias.Column);
            combination.AddConstant(shifted.Constant, shifted.ConstantSize);
            for (int i = 0; i < alias.Column; i++)
            {
                (int column, int first, _) = conversion.Group(i);
                int power = i - first + 1;
                for (int q = 1; q <= power; q++)
                {
                    DoubleDouble share = conversion.ToPower(column, q, power);
                    combination.Add(first + q - 1, shifted.Terms[i] * share, shifted.Sizes[i] * Math.Abs(share.High));
                }

                DoubleDouble toConstant = conversion.ToPower(column, 0, power);
                combination.AddConstant(shifted.Terms[i] * toConstant, shifted.Sizes[i] * Math.Abs(toConstant.High));
            }

            for (int k = raw.Count - 1; k >= 0; k--)
            {
                combination.Substitute(raw[k].Alias);
            }

            raw.Add(new RawAlias(combination.ToAlias(relativeError), [.. combination.Sizes.Select(size => relativeError * size)],
                relativeError * combination.ConstantSize));
        }

        return [.. raw];
    }

    /// <summary>Computes the power of an aliased term as a combination of the terms before it.</summary>
    private static TermCombination ShiftedOf(AliasedColumn alias, Fit fit, PowerConversion conversion)
    {
        (int column, int first, _) = conversion.Group(alias.Column);
        int power = alias.Column - first + 1;
        var combination = new TermCombination(alias.Column);
        for (int m = 1; m < power; m++)
        {
            combination.Add(first + m - 1, conversion.FromPower(column, m, power));
        }

        DoubleDouble own = conversion.FromPower(column, power, power);
        for (int i = 0; i < alias.Column; i++)
        {
            combination.Add(i, own * alias.Coefficients[i]);
        }

        if (fit.HasIntercept)
        {
            combination.AddConstant(conversion.FromPower(column, 0, power));
            combination.AddConstant(own * alias.Intercept);
        }

        return combination;
    }
}

/// <summary>A combination and its errors, which cancellation may make large relative to the remainder.</summary>
/// <param name="Alias">The combination.</param>
/// <param name="Errors">Of its coefficients.</param>
/// <param name="InterceptError">Of its constant.</param>
internal sealed record RawAlias(AliasedColumn Alias, double[] Errors, double InterceptError);
