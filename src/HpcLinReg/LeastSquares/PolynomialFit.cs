using System.Collections.Immutable;
using System.Runtime.InteropServices;
using HpcLinReg.Kernels;

namespace HpcLinReg.LeastSquares;

/// <summary>A fit on shifted and scaled powers, brought back to powers of the columns as they are, in double-double.</summary>
internal static class PolynomialFit
{
    /// <summary>Solves on the basis and converts.</summary>
    internal static Fit Solve(MomentsAccumulator accumulator, PolynomialBasis basis, FitOptions options)
    {
        var node = new MomentsNode(basis.Columns, isDoubleDouble: true);
        accumulator.FoldInto(node);
        if (node.Count == 0)
        {
            if (accumulator.RowCount > 0)
            {
                Throw.NoWeights();
            }

            Throw.NoMoments();
        }

        var equations = new NormalEquations(basis.Columns - 1);
        equations.Load(node, basis.Labels.Names, [], options with { Rungs = SolverRungs.DoubleDouble, RankDeficient = RankDeficiency.Drop });
        NoRows rows = default;
        equations.Solve(ref rows, [], basis.Columns - 1, target: 0);
        Solution solution = equations.ToSolution();
        return ToRaw(equations.ToFit(last: true), solution, basis, options.RankDeficient);
    }

    private static Fit ToRaw(Fit fit, Solution solution, PolynomialBasis basis, RankDeficiency rankDeficient)
    {
        int d = fit.Model.Features;
        double[] lengths = ErrorBounds.Lengths(fit.Factor.AsSpan(), d);
        (double[] errors, double interceptError) = ErrorBounds.OfSolver(fit, lengths);
        double combinationError = fit.Aliased.Length > 0 ? MinimumNorm.CombinationError(fit) : 0;
        ImmutableArray<RawAlias> aliased = PolynomialAliases.ToRaw(fit, basis, combinationError);
        var weights = new DoubleDouble[d];
        var rawErrors = new double[d];
        var means = new double[d];
        var meanErrors = new double[d];
        DoubleDouble intercept = solution.Intercept;
        for (int j = 0; j < d; j++)
        {
            (int column, int first, int degree) = basis.Group(j);
            int power = j - first + 1;
            DoubleDouble weight = 0;
            DoubleDouble mean = fit.HasIntercept ? basis.FromRaw(column, 0, power) : 0;
            for (int m = 1; m <= degree; m++)
            {
                DoubleDouble share = m < power ? 0 : basis.ToRaw(column, power, m);
                weight += share * solution.Weights[first + m - 1];
                double error = errors[first + m - 1];
                rawErrors[j] += double.IsNaN(error) ? 0 : Math.Abs(share.High) * error;
                mean += m > power || !fit.HasIntercept ? 0 : basis.FromRaw(column, m, power) * solution.Means[first + m - 1];
            }

            DoubleDouble toIntercept = fit.HasIntercept ? basis.ToRaw(column, 0, power) : 0;
            intercept += toIntercept * solution.Weights[j];
            interceptError += double.IsNaN(errors[j]) ? 0 : Math.Abs(toIntercept.High) * errors[j];
            weights[j] = weight;
            (means[j], meanErrors[j]) = mean;
        }

        // A power whose shifted one was dropped has a weight from higher powers; the columns that determine it take it over.
        for (int k = aliased.Length - 1; k >= 0; k--)
        {
            (AliasedColumn alias, double[] aliasErrors, double aliasInterceptError) = aliased[k];
            DoubleDouble dropped = weights[alias.Column];
            double size = Math.Abs(dropped.High);
            for (int i = 0; i < alias.Coefficients.Length; i++)
            {
                weights[i] += dropped * alias.Coefficients[i];
                rawErrors[i] += (Math.Abs(alias.Coefficients[i]) * rawErrors[alias.Column]) + (aliasErrors[i] * size);
            }

            intercept += dropped * alias.Intercept;
            interceptError += (Math.Abs(alias.Intercept) * rawErrors[alias.Column]) + (aliasInterceptError * size);
            (weights[alias.Column], rawErrors[alias.Column]) = (0, double.NaN);
        }

        double[] factor = RawFactor(fit, basis);
        if (!Array.TrueForAll(means, double.IsFinite) || !Array.TrueForAll(factor, double.IsFinite))
        {
            Throw.PowersOverflow();
        }

        var raw = new Fit
        {
            Model = Finite([.. weights.Select(weight => weight.Value)], intercept.Value),
            HasIntercept = fit.HasIntercept,
            Ridge = fit.Ridge,
            RowCount = fit.RowCount,
            Rank = fit.Rank,
            Aliased = [.. aliased.Select(raw => raw.Alias)],
            ResidualSumOfSquares = fit.ResidualSumOfSquares,
            TotalSumOfSquares = fit.TotalSumOfSquares,
            FeatureMeans = fit.HasIntercept ? [.. means] : [],
            Factor = ImmutableCollectionsMarshal.AsImmutableArray(factor),
            Accuracy = fit.Accuracy with
            {
                Reason = fit.Accuracy.Reason.Replace(NormalEquations.OnlyRung, "powers are computed and fitted in double-double", StringComparison.Ordinal),
                Shifted = new ShiftedPowers(fit, basis),
                FactorErrors = [],
                Gram = null,
                FeatureMeanErrors = fit.HasIntercept ? [.. meanErrors] : [],
            },
        };
        double[] rawLengths = ErrorBounds.Lengths(raw.Factor.AsSpan(), d);
        return aliased.Length > 0 && rankDeficient == RankDeficiency.MinimumNorm
            ? MinimumNorm.Of(raw, rawErrors, interceptError, rawLengths, aliased.Max(RelativeError))
            : raw.With(raw.Model, ErrorBounds.Assemble(raw, rawErrors, interceptError, rawLengths));
    }

    /// <summary>Of the worst coefficient that is not 0.</summary>
    private static double RelativeError(RawAlias raw) =>
        raw.Alias.Coefficients.Select((c, i) => c == 0 ? 0 : raw.Errors[i] / Math.Abs(c)).DefaultIfEmpty(0).Max();

    private static LinearModel Finite(double[] weights, double intercept)
    {
        if (!double.IsFinite(intercept) || !Array.TrueForAll(weights, double.IsFinite))
        {
            Throw.SolutionOverflow();
        }

        return new LinearModel(weights, intercept);
    }

    /// <summary>R of powers of x: each column the combination of R's columns of powers of t that xⁱ is of them.</summary>
    private static double[] RawFactor(Fit fit, PolynomialBasis basis)
    {
        int d = fit.Model.Features;
        var factor = new double[d * d];
        double[] shifted = [.. fit.Factor];
        ImmutableArray<double> low = fit.Accuracy.FactorErrors;
        foreach (AliasedColumn alias in fit.Aliased)
        {
            for (int i = 0; i < alias.Column; i++)
            {
                shifted[(i * d) + alias.Column] = alias.Coefficients.Select((c, k) => c * shifted[(i * d) + k]).Sum();
            }
        }

        for (int j = 0; j < d; j++)
        {
            (int column, int first, _) = basis.Group(j);
            int power = j - first + 1;
            for (int i = 0; i <= j && fit.Factor[(j * d) + j] != 0; i++)
            {
                DoubleDouble sum = 0;
                for (int m = 1; m <= power; m++)
                {
                    int cell = (i * d) + first + m - 1;
                    sum += basis.FromRaw(column, m, power) * new DoubleDouble(shifted[cell], low[cell]);
                }

                factor[(i * d) + j] = sum.High;
            }
        }

        return factor;
    }
}

/// <summary>A solution in double-double.</summary>
/// <param name="Weights">One for each feature.</param>
/// <param name="Intercept">The intercept; 0 without one.</param>
/// <param name="Means">The features' means.</param>
internal sealed record Solution(DoubleDouble[] Weights, DoubleDouble Intercept, DoubleDouble[] Means);
