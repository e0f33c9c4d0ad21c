using System.Collections.Immutable;

namespace HpcLinReg.Statistics;

/// <summary>
/// The statistics of R's <c>summary(lm)</c> and more: for each coefficient t, p, limits and inflation factor, for each feature an F test,
/// R², F, likelihood and information criteria. It is computed from the model alone, without another reading of the rows, so a model that
/// was loaded from a file has the same summary.
/// </summary>
/// <remarks>
/// <para>
/// Statistics that do not exist are NaN, and <see cref="Notes"/> says why. Accuracy: t, p and F have the digits of coefficients and
/// standard errors (<see cref="Certificate"/>), less about ln|p|/2.3 units of the last digits of p in the far tail; the distributions
/// themselves have 12 digits (<see cref="StudentT"/>, <see cref="FisherF"/>).
/// </para>
/// <para>Immutable and thread-safe. <see cref="ToString()"/> is the table for a person. Source: R 4 (stats, car); docs/statistics.md has
/// the formulas.</para>
/// </remarks>
public sealed partial class Summary
{
    private Summary(RegressionModel model, double level)
    {
        (Model, Level) = (model, level);
        HasResiduals = !(model.ResidualDegreesOfFreedom > 0) || !double.IsNaN(model.ResidualStandardError);
    }

    /// <summary>Gets the model.</summary>
    public RegressionModel Model { get; }

    /// <summary>Gets the level of the confidence limits.</summary>
    public double Level { get; }

    /// <summary>Gets the coefficients: of the intercept first if there is one, then of the terms.</summary>
    public required ImmutableArray<SummaryCoefficient> Coefficients { get; init; }

    /// <summary>
    /// Gets the tests of features as wholes, without those that are part of an interaction; empty with a penalty, and for weights of
    /// minimum norm.
    /// </summary>
    public required ImmutableArray<FeatureTest> Features { get; init; }

    /// <summary>
    /// Gets R² = 1 − RSS/TSS; TSS is about the mean with an intercept and about 0 without one, as in R. NaN where the target does not vary.
    /// </summary>
    public required double RSquared { get; init; }

    /// <summary>
    /// Gets 1 − (1 − R²)·(n − 1)/(n − k), with n in place of n − 1 without an intercept; NaN without residual degrees of freedom.
    /// </summary>
    public required double AdjustedRSquared { get; init; }

    /// <summary>
    /// Gets the residual standard error s = √(RSS/<see cref="ResidualDegreesOfFreedom"/>), in the target's units; NaN where it is not
    /// known.
    /// </summary>
    public double ResidualStandardError => Model.ResidualStandardError;

    /// <summary>
    /// Gets the residual degrees of freedom: n less the rank; with a penalty n less the trace of the hat matrix, which need not be whole.
    /// Never negative.
    /// </summary>
    public double ResidualDegreesOfFreedom => Math.Max(0, Model.ResidualDegreesOfFreedom);

    /// <summary>Gets the F statistic of all terms but the intercept; with a robust covariance that of Wald.</summary>
    public required double F { get; init; }

    /// <summary>Gets the numerator's degrees of freedom of <see cref="F"/>: the rank without the intercept.</summary>
    public required int FNumerator { get; init; }

    /// <summary>Gets the denominator's degrees of freedom of <see cref="F"/>, of t and of the limits.</summary>
    public double FDenominator => Model.DegreesOfFreedom;

    /// <summary>Gets the p value of <see cref="F"/>; 0 where it is below the range of double.</summary>
    public double FP => double.IsNaN(F) ? double.NaN : FisherF.UpperTail(F, FNumerator, FDenominator);

    /// <summary>Gets ln of <see cref="FP"/>.</summary>
    public double FLogP => double.IsNaN(F) ? double.NaN : FisherF.LogUpperTail(F, FNumerator, FDenominator);

    /// <summary>
    /// Gets the logarithm of the likelihood of normal errors at its maximum, ½(Σ ln v − n(ln 2π + 1 − ln n + ln RSS)), as R's
    /// <c>logLik</c>.
    /// </summary>
    public required double LogLikelihood { get; init; }

    /// <summary>
    /// Gets how many parameters <see cref="Aic"/> and <see cref="Bic"/> count: the rank, or with a penalty the trace of the hat matrix, and
    /// one for σ, as R does (statsmodels does not count σ).
    /// </summary>
    public double Parameters => Model.RowCount - ResidualDegreesOfFreedom + 1;

    /// <summary>Gets Akaike's criterion, −2·(log-likelihood) + 2·<see cref="Parameters"/>.</summary>
    public double Aic => (-2 * LogLikelihood) + (2 * Parameters);

    /// <summary>Gets Schwarz's criterion, −2·(log-likelihood) + ln n·<see cref="Parameters"/>.</summary>
    public double Bic => (-2 * LogLikelihood) + (Math.Log(Model.RowCount) * Parameters);

    /// <summary>Gets what a reader should know; one sentence each.</summary>
    public ImmutableArray<string> Notes { get; private set; } = [];

    /// <summary>
    /// Gets whether residuals exceed the rounding of their own computation, or there are no degrees of freedom and nothing is to be said of
    /// them.
    /// </summary>
    internal bool HasResiduals { get; }

    /// <summary>
    /// Gets whether the residuals are nothing but rounding: not known, or their variance below 10⁻³⁰ of the target's, as R asks.
    /// </summary>
    internal bool IsPerfect =>
        !HasResiduals || ResidualStandardError * ResidualStandardError <= 1e-30 * (Model.TotalSumOfSquares / Model.TotalWeight);

    /// <summary>Gets how many digits the worst coefficient that is shown has at least; NaN where it is not known.</summary>
    internal double Digits => Model.Powers?.Digits ?? Model.Certificate?.Digits ?? double.NaN;

    /// <summary>Summarizes a model, with limits at the level 0.95.</summary>
    /// <param name="model">The model, fresh or loaded.</param>
    /// <returns>The summary.</returns>
    public static Summary Of(RegressionModel model) => Of(model, 0.95);

    /// <summary>Summarizes a model.</summary>
    /// <param name="model">The model, fresh or loaded.</param>
    /// <param name="level">The level of the confidence limits, above 0 and below 1.</param>
    /// <returns>The summary.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The level is out of range.</exception>
    /// <remarks>About d³ flops for d terms, and kd² more for a feature of k terms.</remarks>
    public static Summary Of(RegressionModel model, double level)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (!(level > 0 && level < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(level), level, "The level of limits is above 0 and below 1, such as 0.95.");
        }

        int terms = model.Rank - (model.HasIntercept ? 1 : 0);
        double n = model.RowCount, freedom = Math.Max(0, model.ResidualDegreesOfFreedom);
        double rSquared = model.TotalSumOfSquares > 0 ? 1 - (model.ResidualSumOfSquares / model.TotalSumOfSquares) : double.NaN;
        FeatureTests? tests = model.Basis is not null && model.Ridge == 0 && !model.IsMinimumNorm ? new FeatureTests(model) : null;
        var summary = new Summary(model, level)
        {
            Coefficients = CoefficientsOf(model, level, tests),
            Features = tests?.All() ?? [],
            RSquared = rSquared,
            AdjustedRSquared = freedom > 0 ? 1 - ((1 - rSquared) * (n - (model.HasIntercept ? 1 : 0)) / freedom) : double.NaN,
            F = OverallF(model, terms, freedom),
            FNumerator = terms,
            LogLikelihood = LogLikelihoodOf(model),
        };
        summary.Notes = [.. SummaryNotes.Of(summary)];
        return summary;
    }

    /// <summary>Summarizes a fit on numbers in memory, its features being x1, x2 and so on, with limits at the level 0.95.</summary>
    /// <param name="fit">The fit, without weights.</param>
    /// <returns>The summary. The likelihood and what follows from it are NaN where weights do not sum to the number of rows.</returns>
    public static Summary Of(Fit fit) => Of(fit, [], 0.95, null);

    /// <summary>Summarizes a fit on numbers in memory.</summary>
    /// <param name="fit">The fit.</param>
    /// <param name="names">The names of the features; empty for x1, x2 and so on.</param>
    /// <param name="level">The level of the confidence limits, above 0 and below 1.</param>
    /// <param name="facts">
    /// What is known of the training rows. Without it the likelihood and what follows from it are NaN for a fit whose weights do not sum to
    /// the number of rows, and right only without weights else.
    /// </param>
    /// <returns>The summary.</returns>
    /// <exception cref="ArgumentException">There is not one name for each feature, or a name stands twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The level is out of range.</exception>
    public static Summary Of(Fit fit, ReadOnlySpan<string> names, double level, TrainingFacts? facts)
    {
        ArgumentNullException.ThrowIfNull(fit);
        string[] all = names.IsEmpty ? [.. Enumerable.Range(1, fit.Model.Features).Select(j => FormattableString.Invariant($"x{j}"))]
            : names.ToArray();
        if (all.Length != fit.Model.Features)
        {
            throw new ArgumentException($"There are {all.Length} names for {fit.Model.Features} features.", nameof(names));
        }

        var design = Design.Create([.. all.Select(name => new ModelColumn(name, CellKind.Number))], fit.HasIntercept,
            [.. all.Select(Feature.Column)]);
        var model = RegressionModel.Create(design, "y", fit, facts);
        return Of(facts is null && model.TotalWeight == model.RowCount
            ? RegressionModel.Create(design, "y", fit, new TrainingFacts { SumOfLogWeights = 0 }) : model, level);
    }

    private static ImmutableArray<SummaryCoefficient> CoefficientsOf(RegressionModel model, double level, FeatureTests? tests)
    {
        PowerCoefficients? powers = model.Powers;
        double freedom = model.DegreesOfFreedom;
        double reach = freedom > 0 ? StudentT.TwoSidedQuantile(level, freedom) : double.NaN;
        bool[] dropped = new bool[model.Terms.Length];
        foreach (AliasedColumn aliased in model.IsMinimumNorm ? [] : powers?.Aliased ?? model.Aliased)
        {
            dropped[aliased.Column] = true;
        }

        ImmutableArray<SummaryCoefficient>.Builder all = ImmutableArray.CreateBuilder<SummaryCoefficient>();
        if (model.HasIntercept)
        {
            ModelTerm intercept = model.Intercept;
            all.Add(powers is null
                ? Of(intercept.Name, intercept.Coefficient, intercept.StandardError, intercept.ErrorBound, double.NaN, false)
                : Of(intercept.Name, powers.Intercept, powers.InterceptStandardError, powers.InterceptErrorBound, double.NaN, false));
        }

        for (int j = 0; j < model.Terms.Length; j++)
        {
            ModelTerm term = model.Terms[j];
            double vif = tests is null || term.IsDropped ? double.NaN : tests.Vif(j);
            all.Add(powers is null ? Of(term.Name, term.Coefficient, term.StandardError, term.ErrorBound, vif, dropped[j])
                : Of(term.Name, powers.Weights[j], powers.StandardErrors[j], powers.WeightErrorBounds[j], vif, dropped[j]));
        }

        return all.ToImmutable();

        SummaryCoefficient Of(string name, double estimate, double error, double bound, double vif, bool isDropped)
        {
            // Of equal rows 0/0 is no statistic, and of an infinite one nothing is inferred.
            double t = freedom > 0 && !isDropped && error > 0 ? estimate / error : double.NaN;
            bool hasT = !double.IsNaN(t);
            return new SummaryCoefficient(
                name, isDropped ? double.NaN : estimate, isDropped ? double.NaN : error, bound, t,
                hasT ? StudentT.TwoSidedP(t, freedom) : double.NaN, hasT ? StudentT.LogTwoSidedP(t, freedom) : double.NaN,
                hasT ? estimate - (reach * error) : double.NaN, hasT ? estimate + (reach * error) : double.NaN, vif, isDropped);
        }
    }

    private static double OverallF(RegressionModel model, int terms, double freedom)
    {
        if (terms == 0 || model.Ridge > 0 || !(freedom > 0) || double.IsNaN(model.ResidualStandardError) || model.Basis is not { } basis)
        {
            return double.NaN;
        }

        if (model.Robust is null)
        {
            return (model.TotalSumOfSquares - model.ResidualSumOfSquares) / terms / (model.ResidualSumOfSquares / freedom);
        }

        int offset = model.HasIntercept ? 1 : 0;
        int[] kept = [.. Enumerable.Range(0, model.Terms.Length).Except(model.Aliased.Select(aliased => aliased.Column))];
        double[] combination = new double[basis.Order];
        double[][] coordinates = [.. kept.Select(j =>
        {
            Array.Clear(combination);
            combination[offset + j] = 1;
            double[] g = new double[basis.Order];
            basis.Combine(combination, g);
            return g;
        })];
        return WaldTest.F(model, coordinates, [.. kept.Select(j => model.Terms[j].Coefficient)]);
    }

    private static double LogLikelihoodOf(RegressionModel model)
    {
        double n = model.RowCount, logWeights = model.Training.Weights == WeightKind.Frequency ? 0 : model.Training.SumOfLogWeights;
        bool isKnown = model.ResidualDegreesOfFreedom > 0 && model.ResidualSumOfSquares > 0 && !double.IsNaN(model.ResidualStandardError);
        return isKnown ? 0.5 * (logWeights - (n * (Math.Log(2 * Math.PI) + 1 - Math.Log(n) + Math.Log(model.ResidualSumOfSquares))))
            : double.NaN;
    }
}
