using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using HpcLinReg.Fits;
using HpcLinReg.Kernels;

namespace HpcLinReg.Solver;

/// <summary>Returns the solution in the columns' own units.</summary>
internal sealed class FitBuilder(CentredSystem system, Factorization factorization, Solution solution, Findings findings)
{
    /// <summary>Gets whether the residual sum of squares exceeds its own error, or is known to be zero.</summary>
    internal bool ResidualsAreKnown => !system.IsTargetUncertain && !system.WeightsHideRows
        && (solution.ResidualError == 0 || solution.ResidualSumOfSquares.High > solution.ResidualError);

    /// <summary>Gets whether the weights are still those of a fit without the aliased columns, which are to share them.</summary>
    internal bool SharesWeights => factorization.Aliased.Length > 0 && system.Options.RankDeficient == RankDeficiency.MinimumNorm;

    private double ResidualSumOfSquares => Math.Max(0, solution.ResidualSumOfSquares.Value);

    /// <summary>Gets the growth of the bounds by terms of higher order; infinite where nothing can be promised.</summary>
    private double HigherOrder
    {
        get
        {
            double first = factorization.EntryError * findings.InverseNorm;
            return system.IsTargetUncertain || system.WeightsHideRows || !(first < 1) ? double.PositiveInfinity : 1 / (1 - first);
        }
    }

    /// <summary>Writes the weights in the features' order.</summary>
    internal void CopyWeights(Span<double> weights)
    {
        DoubleDoubleVector scaled = solution.Scaled;
        for (int j = 0; j < weights.Length; j++)
        {
            weights[j] = scaled[j].Value * system.Scales[j];
        }
    }

    /// <summary>Returns the solution in double-double.</summary>
    internal DoubleDoubleModel ToDoubleDouble() => new([.. Enumerable.Range(0, system.Order).Select(solution.Weight)], solution.Intercept);

    /// <summary>Returns the solution's figures.</summary>
    internal FitSummary ToSummary() =>
        new(solution.Intercept.Value, (long)system.RowCount, factorization.Rank, ResidualSumOfSquares, system.TotalSumOfSquares.Value);

    /// <summary>Returns the solution as a value with arrays of its own; the solver may go on.</summary>
    internal Fit Copy() => Build(
        [.. factorization.High],
        factorization.IsDoubleDouble ? [.. factorization.Low] : [],
        system.Options.Ridge > 0
            ? new GramMatrix([.. system.Gram], factorization.IsDoubleDouble ? [.. system.GramLow] : [], [.. system.Scales]) : null);

    /// <summary>Returns the solution as a value that keeps the solver's arrays: nothing may be loaded or solved afterwards.</summary>
    internal Fit HandOver() => Build(
        factorization.High,
        factorization.IsDoubleDouble ? factorization.Low : [],
        system.Options.Ridge > 0 ? new GramMatrix(system.Gram, factorization.IsDoubleDouble ? system.GramLow : [], system.Scales) : null);

    /// <summary>Builds a fit and keeps the arrays.</summary>
    private Fit Build(double[] factor, double[] factorLow, GramMatrix? gram)
    {
        double[] weights = new double[system.Order];
        CopyWeights(weights);
        Unscale(factor);
        Unscale(factorLow);
        var fit = new Fit
        {
            Model = new LinearModel(weights, solution.Intercept.Value),
            HasIntercept = system.HasIntercept,
            Ridge = system.Options.Ridge,
            RowCount = system.RowCount,
            Rank = factorization.Rank,
            Aliased = factorization.Aliased,
            ResidualSumOfSquares = ResidualSumOfSquares,
            TotalSumOfSquares = system.TotalSumOfSquares.Value,
            FeatureMeans = system.HasIntercept ? [.. system.Means.Select(mean => mean.High)] : [],
            Factor = ImmutableCollectionsMarshal.AsImmutableArray(factor),
            Accuracy = AccuracyOf(factorLow, gram),
        };
        return SharesWeights ? MinimumNorm.Of(fit) : fit;
    }

    private Accuracy AccuracyOf(double[] factorLow, GramMatrix? gram)
    {
        FadedRows? faded = system.Faded;
        bool areFaded = faded is not null && !faded.AreEnough(factorization.Rank);
        SolverErrors errors = findings.Rung == SolverRung.NormalEquations
            ? new SolverErrors { Entry = system.Errors.Plain, Mean = system.Errors.PlainMean } : findings.RefinedErrors;
        return new Accuracy
        {
            Rung = factorization.Aliased.Length > 0 ? SolverRung.RankDeficient : findings.Rung,
            Cause = findings.Cause,
            Notes = findings.Notes + faded?.Note(factorization.Rank),
            IsRankCertain = factorization.IsRankCertain,
            StandardErrorDigits = areFaded ? double.NaN : findings.StandardErrorDigits,
            StandardErrors = areFaded ? StandardErrorState.RowsFaded : findings.StandardErrors,
            Faded = faded,
            RefinementSteps = findings.RefinementSteps,
            Errors = errors with { HigherOrder = HigherOrder },
            EntryError = factorization.EntryError,
            ResidualsAreKnown = ResidualsAreKnown,
            TotalWeight = system.Moments.Weight.Value,
            FactorLow = ImmutableCollectionsMarshal.AsImmutableArray(factorLow),
            FeatureMeansLow = system.HasIntercept ? [.. system.Means.Select(mean => mean.Low)] : [],
            Gram = gram,
            Penalties = system.IsRidgeStandardized
                ? [.. Enumerable.Range(0, system.Order)
                .Select(j => system.DoubleDoublePenalty(j).High / system.Scales[j] / system.Scales[j])] : [],
        };
    }

    /// <summary>Turns a factor of scaled columns into that of the columns: each column is divided by its scale, a power of two.</summary>
    private void Unscale(Span<double> factor)
    {
        int order = system.Order;
        for (int i = 0; i < order && !factor.IsEmpty; i++)
        {
            Span<double> row = factor.Slice(i * order, order);
            row[..i].Clear();
            TensorPrimitives.Divide(row[i..], system.Scales.AsSpan(i), row[i..]);
        }
    }
}
