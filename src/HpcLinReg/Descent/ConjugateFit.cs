using System.Globalization;
using System.Numerics;
using HpcLinReg.Fits;

namespace HpcLinReg.Descent;

/// <summary>
/// Answers <see cref="LinearRegression"/>'s fits by conjugate gradients, where the options ask for them or the closed form would take too
/// much memory.
/// </summary>
internal static class ConjugateFit
{
    /// <summary>The bytes that the closed form takes for each pair of columns (<see cref="FitOptions.ClosedFormMemory"/>).</summary>
    private const double BytesPerPair = 20;

    /// <summary>
    /// The most digits that conjugate gradients are asked for: their estimate of the distance to the minimum is no better.
    /// </summary>
    private const int MostDigits = 12;

    /// <summary>Returns whether conjugate gradients answer.</summary>
    /// <param name="features">The number of features.</param>
    /// <param name="options">Checked.</param>
    /// <param name="reason">Receives why they were chosen; empty where they were asked for.</param>
    internal static bool Answers(int features, FitOptions options, out string reason)
    {
        double needed = BytesPerPair * features * features;
        reason = options.Method == FitMethod.Auto && needed > options.ClosedFormMemory
            ? string.Create(CultureInfo.InvariantCulture, $"XᵀX of {features} columns and its factor take {needed / 1e6:G3} MB, more than the {options.ClosedFormMemory / 1e6:G3} MB allowed")
            : "";
        return options.Method == FitMethod.ConjugateGradient || reason.Length > 0;
    }

    /// <summary>Fits rows in memory.</summary>
    internal static Fit Of<T>(MatrixSpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<double> rowWeights, FitOptions options, string reason)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ToFit(ConjugateGradient.Fit(x, y, rowWeights, OptionsOf(options, reason, !rowWeights.IsEmpty)), options, reason);

    /// <summary>Fits the rows of a source.</summary>
    internal static Fit Of(IRowSource rows, FitOptions options, string reason, CancellationToken cancellationToken)
    {
        DescentResult result = ConjugateGradient.Fit(rows, OptionsOf(options, reason, rows.HasWeights), cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        return ToFit(result, options, reason);
    }

    private static DescentOptions OptionsOf(FitOptions options, string reason, bool isWeighted)
    {
        if (options.RankDeficient == RankDeficiency.MinimumNorm)
        {
            Throw.NotByConjugateGradients("give weights of minimum norm", "leave RankDeficient at Drop", reason);
        }

        if ((options.Rungs & SolverRungs.All) != SolverRungs.All)
        {
            Throw.NotByConjugateGradients("take rungs of the solver ladder", "leave Rungs at All", reason);
        }

        if (options is { StandardizeRidge: true, Ridge: > 0 })
        {
            Throw.NotByConjugateGradients("penalize standardized columns", "divide the columns by their standard deviations before", reason);
        }

        if (options.Digits > MostDigits)
        {
            Throw.NotByConjugateGradients($"reach {options.Digits} digits", $"ask for {MostDigits} at most", reason);
        }

        if (isWeighted && options.RowWeights == WeightKind.Frequency)
        {
            Throw.NotByConjugateGradients("count rows by frequencies", "leave RowWeights at Precision, which gives the same coefficients", reason);
        }

        return new DescentOptions
        {
            Intercept = options.Intercept,
            Ridge = options.Ridge,
            Threads = options.Threads,
            Tolerance = Math.Pow(10, -Math.Max(1, options.Digits)),
        };
    }

    private static Fit ToFit(DescentResult result, FitOptions options, string reason)
    {
        int d = result.Model.Features;
        SolutionSums sums = result.Sums!;
        bool hasConverged = result.Stop == StopReason.Converged;
        var unbounded = new ErrorBounds([.. Enumerable.Repeat(double.PositiveInfinity, d)], options.Intercept ? double.PositiveInfinity : 0,
            double.NegativeInfinity);
        return new Fit
        {
            Model = result.Model,
            HasIntercept = options.Intercept,
            Ridge = options.Ridge,
            RowCount = result.RowCount,
            Rank = d + (options.Intercept ? 1 : 0),
            Aliased = [],
            ResidualSumOfSquares = sums.Residual,
            TotalSumOfSquares = sums.Total,
            FeatureMeans = options.Intercept ? sums.Means : [],
            Factor = [],
            Accuracy = new Accuracy
            {
                Rung = SolverRung.None,
                Cause = hasConverged ? CertificateCause.ConjugateGradientsConverged : CertificateCause.ConjugateGradientsStopped,
                Notes = $"; {result.Stop} after {result.Steps} steps{(reason.Length > 0 ? $"; they were chosen because {reason}" : "")}",
                IsRankCertain = false,
                StandardErrorDigits = double.NaN,
                StandardErrors = StandardErrorState.NoFactor,
                RefinementSteps = 0,
                Errors = new SolverErrors { HigherOrder = double.PositiveInfinity },
                ResidualsAreKnown = false,
                TotalWeight = sums.TotalWeight,
                FactorLow = [],
                FeatureMeansLow = [],
                EntryError = double.PositiveInfinity,
                KnownBounds = unbounded,
            },
        };
    }
}
