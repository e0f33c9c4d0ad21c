using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using HpcLinReg.Fits;
using HpcLinReg.Kernels;

namespace HpcLinReg.Solver;

/// <content>The solution in the columns' own units.</content>
internal sealed partial class NormalEquations
{
    /// <summary>Gets or sets what is known of rows that have faded; none for others. Set before solving.</summary>
    internal FadedRows? Faded { get; set; }

    private double RowCount => Faded is { } faded ? faded.Count : _options.RowWeights == WeightKind.Frequency ? (long)_moments.Weight.Value : _moments.Count;

    /// <summary>Adds a note for the reader of the certificate.</summary>
    internal void Explain(string note) => _notes += note;

    /// <summary>The weights in the features' order.</summary>
    internal void CopyWeights(Span<double> weights)
    {
        for (int j = 0; j < _order; j++)
        {
            weights[j] = (_solution[j] + _solutionErrors[j]) * _scales[j];
        }
    }

    /// <summary>Gets whether the weights are still those of a fit without the aliased columns, which are to share them.</summary>
    internal bool SharesWeights => _aliased.Length > 0 && _options.RankDeficient == RankDeficiency.MinimumNorm;

    /// <summary>The solution in double-double.</summary>
    internal DoubleDoubleModel ToDoubleDouble() => new(
        [.. Enumerable.Range(0, _order).Select(j => new DoubleDouble(_solution[j], _solutionErrors[j]).Scale(_scales[j]))], _interceptValue);

    /// <summary>The solution's figures.</summary>
    internal FitSummary ToSummary() => new(_interceptValue.Value, (long)RowCount, Rank, ResidualSumOfSquares, _totalSumOfSquares.Value);

    private double ResidualSumOfSquares => Math.Max(0, _residualSumOfSquares.Value);

    /// <summary>The solution as a value of its own.</summary>
    /// <param name="last">Whether nothing will be solved or loaded any more, so that the factor may be handed over instead of copied.</param>
    internal Fit ToFit(bool last)
    {
        var weights = new double[_order];
        CopyWeights(weights);
        double[] factor = last ? _factor : [.. _factor];
        double[] factorErrors = !_factorIsDoubleDouble ? [] : last ? _factorErrors : [.. _factorErrors];
        Unscale(factor);
        Unscale(factorErrors);
        bool areFaded = Faded is { } faded && !faded.AreEnough(Rank);
        var fit = new Fit
        {
            Model = new LinearModel(weights, _interceptValue.Value),
            HasIntercept = Intercept,
            Ridge = Ridge,
            RowCount = RowCount,
            Rank = Rank,
            Aliased = _aliased,
            ResidualSumOfSquares = ResidualSumOfSquares,
            TotalSumOfSquares = _totalSumOfSquares.Value,
            FeatureMeans = Intercept ? [.. _means.Select(mean => mean.High)] : [],
            Factor = ImmutableCollectionsMarshal.AsImmutableArray(factor),
            Accuracy = new Accuracy
            {
                Rung = _aliased.Length > 0 ? SolverRung.RankDeficient : _rung,
                Cause = _cause,
                Notes = _notes + Faded?.Note(Rank),
                IsRankCertain = RankIsCertain,
                StandardErrorDigits = areFaded ? double.NaN : _standardErrorDigits,
                StandardErrors = areFaded ? StandardErrorState.RowsFaded : _standardErrors,
                Faded = Faded,
                RefinementSteps = _steps,
                Errors = (_rung == SolverRung.NormalEquations ? new SolverErrors { Entry = _plainError, Mean = PlainMeanError } : _refinedErrors) with { HigherOrder = HigherOrder },
                EntryError = EntryError,
                ResidualsAreKnown = ResidualsAreKnown,
                TotalWeight = _moments.Weight.Value,
                FactorErrors = ImmutableCollectionsMarshal.AsImmutableArray(factorErrors),
                FeatureMeanErrors = Intercept ? [.. _means.Select(mean => mean.Low)] : [],
                Gram = Ridge > 0 ? new GramMatrix(last ? _gram : [.. _gram], !_factorIsDoubleDouble ? [] : last ? _gramErrors : [.. _gramErrors], last ? _scales : [.. _scales]) : null,
            },
        };
        return SharesWeights ? MinimumNorm.Of(fit) : fit;
    }

    /// <summary>Gets the growth of the bounds by terms of higher order; infinite where nothing can be said.</summary>
    private double HigherOrder
    {
        get
        {
            double first = EntryError * _inverseNorm;
            return _targetIsOpen || WeightsHideRows || !(first < 1) ? double.PositiveInfinity : 1 / (1 - first);
        }
    }

    /// <summary>A factor of scaled columns becomes that of the columns: each column is divided by its scale, a power of two.</summary>
    private void Unscale(Span<double> factor)
    {
        if (factor.IsEmpty)
        {
            return;
        }

        for (int j = 0; j < _order; j++)
        {
            _work[j] = 1 / _scales[j];
        }

        for (int i = 0; i < _order; i++)
        {
            Span<double> row = factor.Slice(i * _order, _order);
            row[..i].Clear();
            TensorPrimitives.Multiply(row[i..], _work.AsSpan(i), row[i..]);
        }
    }
}
