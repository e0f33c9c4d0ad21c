using System.Collections.Immutable;
using System.Runtime.InteropServices;
using HpcLinReg.Fits;
using HpcLinReg.Kernels;
using HpcLinReg.Solver;

namespace HpcLinReg.Polynomials;

/// <summary>Converts a fit on the terms of a polynomial to coefficients of powers of the variables themselves, in double-double.</summary>
internal static class RawPowers
{
    /// <summary>Returns the coefficients with their error bounds and standard errors.</summary>
    internal static PowerCoefficients Of(Fit fit, DoubleDoubleModel solution, PowerConversion conversion)
    {
        bool isMinimumNorm = fit.Accuracy.IsMinimumNorm;
        double combinationError = fit.Aliased.Length > 0 ? MinimumNorm.CombinationError(fit) : 0;
        ImmutableArray<RawAlias> aliased = PolynomialAliases.ToRaw(fit, conversion, combinationError);
        TermCombination raw = Convert(fit, solution, conversion);
        if (!isMinimumNorm)
        {
            TakeOver(raw, aliased);
        }

        double[] factor = Factor(fit, conversion);
        (double[] means, double[] meansLow) = Means(fit, conversion);
        if (!Array.TrueForAll(means, double.IsFinite) || !Array.TrueForAll(factor, double.IsFinite))
        {
            Throw.PowersOverflow();
        }

        // A fit of the powers counts their digits; it is not given away, because it must not predict.
        var powers = new Fit
        {
            Model = Finite([.. raw.Terms.Select(weight => weight.Value)], raw.Constant.Value),
            HasIntercept = fit.HasIntercept,
            Ridge = fit.Ridge,
            RowCount = fit.RowCount,
            Rank = fit.Rank,
            Aliased = [.. aliased.Select(raw => raw.Alias)],
            ResidualSumOfSquares = fit.ResidualSumOfSquares,
            TotalSumOfSquares = fit.TotalSumOfSquares,
            FeatureMeans = fit.HasIntercept ? ImmutableCollectionsMarshal.AsImmutableArray(means) : [],
            Factor = ImmutableCollectionsMarshal.AsImmutableArray(factor),
        };
        // A column of zeros, of which any length will do: its weight is 0.
        double[] lengths = [.. ErrorBounds.Lengths(factor, means.Length).Select(length => length > 0 ? length : 1)];
        var bounds = ErrorBounds.Assemble(powers, raw.Sizes, raw.ConstantSize, lengths);
        return new PowerCoefficients
        {
            Weights = [.. powers.Model.Weights],
            Intercept = powers.Model.Intercept,
            WeightErrorBounds = bounds.Weights,
            InterceptErrorBound = bounds.Intercept,
            Digits = bounds.Digits,
            StandardErrors = StandardErrorsOf(fit, conversion, powers.Aliased),
            InterceptStandardError = InterceptStandardErrorOf(fit, conversion, powers.Aliased, means, meansLow),
            Aliased = powers.Aliased,
        };
    }

    /// <summary>
    /// Converts the powers of each variable from its terms. Weights that aliased terms share are in double only, and the bounds count their
    /// rounding.
    /// </summary>
    private static TermCombination Convert(Fit fit, DoubleDoubleModel solution, PowerConversion conversion)
    {
        int d = fit.Model.Features;
        bool isMinimumNorm = fit.Accuracy.IsMinimumNorm;
        (double[] errors, double interceptError) = isMinimumNorm
            ? OfBounds(ErrorBounds.Of(fit))
            : ErrorBounds.OfSolver(fit, ErrorBounds.Lengths(fit.Factor.AsSpan(), d));
        DoubleDouble[] terms = isMinimumNorm ? [.. fit.Model.Weights.ToArray().Select(weight => (DoubleDouble)weight)] : solution.Weights;
        var raw = new TermCombination(d);
        raw.AddConstant(isMinimumNorm ? fit.Model.Intercept : solution.Intercept, interceptError);
        for (int j = 0; j < d; j++)
        {
            (int variable, int first, _) = conversion.Group(j);
            int m = j - first + 1;
            double error = double.IsNaN(errors[j]) ? 0 : errors[j];
            for (int power = 1; power <= m; power++)
            {
                DoubleDouble share = conversion.ToPower(variable, power, m);
                raw.Add(first + power - 1, share * terms[j], Share(share.High, error));
            }

            DoubleDouble toIntercept = conversion.ToPower(variable, 0, m);
            raw.AddConstant(toIntercept * terms[j], Share(toIntercept.High, error));
        }

        return raw;
    }

    private static (double[] Weights, double Intercept) OfBounds(ErrorBounds bounds) => ([.. bounds.Weights], bounds.Intercept);

    /// <summary>Moves the weight that a power of a dropped term has from higher terms to the powers that determine it.</summary>
    private static void TakeOver(TermCombination raw, ImmutableArray<RawAlias> aliased)
    {
        for (int k = aliased.Length - 1; k >= 0; k--)
        {
            (AliasedColumn alias, double[] aliasErrors, double aliasInterceptError) = aliased[k];
            DoubleDouble dropped = raw.Terms[alias.Column];
            double size = Math.Abs(dropped.High), error = raw.Sizes[alias.Column];
            for (int i = 0; i < alias.Coefficients.Length; i++)
            {
                raw.Add(i, dropped * alias.Coefficients[i], Share(alias.Coefficients[i], error) + (aliasErrors[i] * size));
            }

            raw.AddConstant(dropped * alias.Intercept, Share(alias.Intercept, error) + (aliasInterceptError * size));
            (raw.Terms[alias.Column], raw.Sizes[alias.Column]) = (0, double.NaN);
        }
    }

    /// <summary>Computes |c|·error; 0 where c is 0, even for an infinite error.</summary>
    private static double Share(double c, double error) => c == 0 ? 0 : Math.Abs(c) * error;

    /// <summary>Computes the means of the powers from those of the terms; zeros without an intercept.</summary>
    private static (double[] High, double[] Low) Means(Fit fit, PowerConversion conversion)
    {
        int d = fit.Model.Features;
        double[] high = new double[d];
        double[] low = new double[d];
        for (int j = 0; j < d && fit.HasIntercept; j++)
        {
            (int variable, int first, _) = conversion.Group(j);
            int power = j - first + 1;
            DoubleDouble mean = conversion.FromPower(variable, 0, power);
            for (int m = 1; m <= power; m++)
            {
                int term = first + m - 1;
                mean += conversion.FromPower(variable, m, power)
                    * new DoubleDouble(fit.FeatureMeans[term], fit.Accuracy.FeatureMeansLow[term]);
            }

            (high[j], low[j]) = mean;
        }

        return (high, low);
    }

    /// <summary>Computes R of the powers: each column is the same combination of R's columns as the power is of terms.</summary>
    private static double[] Factor(Fit fit, PowerConversion conversion)
    {
        int d = fit.Model.Features;
        double[] factor = new double[d * d];
        double[] terms = [.. fit.Factor];
        ImmutableArray<double> low = fit.Accuracy.FactorLow;
        foreach (AliasedColumn alias in fit.Aliased)
        {
            for (int i = 0; i < alias.Column; i++)
            {
                terms[(i * d) + alias.Column] = alias.Coefficients.Select((c, k) => c * terms[(i * d) + k]).Sum();
            }
        }

        for (int j = 0; j < d; j++)
        {
            (int variable, int first, _) = conversion.Group(j);
            int power = j - first + 1;
            for (int i = 0; i <= j && (fit.Factor[(j * d) + j] != 0 || fit.Accuracy.IsMinimumNorm); i++)
            {
                DoubleDouble sum = 0;
                for (int m = 1; m <= power; m++)
                {
                    int cell = (i * d) + first + m - 1;
                    sum += conversion.FromPower(variable, m, power) * new DoubleDouble(terms[cell], low[cell]);
                }

                factor[(i * d) + j] = sum.High;
            }
        }

        return factor;
    }

    private static ImmutableArray<double> StandardErrorsOf(Fit fit, PowerConversion conversion, ImmutableArray<AliasedColumn> aliased)
    {
        int d = fit.Model.Features;
        double[] errors = new double[d];
        double[] v = new double[d];
        double[] low = new double[d];
        for (int j = 0; j < d; j++)
        {
            Array.Clear(v);
            Array.Clear(low);
            v[j] = 1;
            errors[j] = fit.Factor[(j * d) + j] == 0 && !fit.Accuracy.IsMinimumNorm
                ? double.NaN
                : fit.ResidualStandardError * RootOfVariance(fit, conversion, aliased, v, low);
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(errors);
    }

    /// <summary>
    /// Computes the standard error of the intercept, ȳ less the powers' means times their coefficients; the two are independent.
    /// </summary>
    private static double InterceptStandardErrorOf(Fit fit, PowerConversion conversion, ImmutableArray<AliasedColumn> aliased,
        double[] means, double[] meansLow)
    {
        if (!fit.HasIntercept)
        {
            return double.NaN;
        }

        double root = RootOfVariance(fit, conversion, aliased, [.. means], meansLow);
        return fit.ResidualStandardError * double.Hypot(Math.Sqrt(1 / fit.Accuracy.TotalWeight), root);
    }

    /// <summary>
    /// Computes the standard deviation, in units of s, of the combination v + low of the powers' coefficients, which is overwritten.
    /// </summary>
    private static double RootOfVariance(Fit fit, PowerConversion conversion, ImmutableArray<AliasedColumn> aliased, double[] v,
        double[] low)
    {
        if (!fit.Accuracy.IsMinimumNorm)
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
        }

        conversion.ToTerms(v, low);

        return StandardErrors.RootOfVariance(fit, v, low);
    }

    private static LinearModel Finite(double[] weights, double intercept)
    {
        if (!double.IsFinite(intercept) || !Array.TrueForAll(weights, double.IsFinite))
        {
            Throw.PowersOverflow();
        }

        return new LinearModel(weights, intercept);
    }
}
