using System.Globalization;

namespace HpcLinReg.Statistics;

/// <summary>
/// Two models of the same target and the same rows, compared by AIC and BIC, and by the F test where one is the other with more terms.
/// </summary>
/// <remarks>
/// Immutable and thread-safe. The F is that of equally noisy rows, as R's <c>anova</c>, whatever standard errors the models have.
/// </remarks>
public sealed class Comparison
{
    private Comparison(Summary smaller, Summary larger) => (Smaller, Larger) = (smaller, larger);

    /// <summary>Gets the model of more residual degrees of freedom; of equal ones the first.</summary>
    public Summary Smaller { get; }

    /// <summary>Gets the other one.</summary>
    public Summary Larger { get; }

    /// <summary>Gets why there is no F test, as a sentence; null where there is one.</summary>
    public string? WhyNoF { get; private init; }

    /// <summary>Gets F = ((RSS₀ − RSS₁)/(df₀ − df₁)) / (RSS₁/df₁); NaN where <see cref="WhyNoF"/> says why.</summary>
    public double F { get; private init; } = double.NaN;

    /// <summary>Gets the numerator's degrees of freedom of <see cref="F"/>; 0 where there is none.</summary>
    public double FNumerator { get; private init; }

    /// <summary>Gets the p value of <see cref="F"/>; 0 where it is below the range of double.</summary>
    public double P => double.IsNaN(F) ? double.NaN : FisherF.UpperTail(F, FNumerator, Larger.ResidualDegreesOfFreedom);

    /// <summary>Gets ln of <see cref="P"/>.</summary>
    public double LogP => double.IsNaN(F) ? double.NaN : FisherF.LogUpperTail(F, FNumerator, Larger.ResidualDegreesOfFreedom);

    /// <summary>Compares two models.</summary>
    /// <param name="first">One model, fresh or loaded.</param>
    /// <param name="second">The other.</param>
    /// <returns>The comparison.</returns>
    /// <exception cref="ArgumentException">The models are not of the same target, rows and weights, or do not know their rows.</exception>
    public static Comparison Of(RegressionModel first, RegressionModel second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        RequireSameRows(first, second);
        bool isOrdered = first.ResidualDegreesOfFreedom >= second.ResidualDegreesOfFreedom;
        (RegressionModel smaller, RegressionModel larger) = isOrdered ? (first, second) : (second, first);
        Summary one = Summary.Of(smaller), other = Summary.Of(larger);
        double numerator = smaller.ResidualDegreesOfFreedom - larger.ResidualDegreesOfFreedom;
        string? why = WhyNotTested(one, other, numerator);
        return new Comparison(one, other)
        {
            WhyNoF = why,
            FNumerator = why is null ? numerator : 0,
            F = why is null ? (smaller.ResidualSumOfSquares - larger.ResidualSumOfSquares) / numerator
                / (larger.ResidualSumOfSquares / larger.ResidualDegreesOfFreedom) : double.NaN,
        };
    }

    /// <summary>Returns the comparison as a table for a person.</summary>
    public override string ToString() => string.Concat(Lines("model 1", "model 2").Select(line => line.Text + "\n"));

    /// <summary>Returns the lines of the table.</summary>
    /// <param name="smaller">The name of the smaller model.</param>
    /// <param name="larger">The name of the larger model.</param>
    internal IEnumerable<SummaryLine> Lines(string smaller, string larger)
    {
        Summary[] both = [Smaller, Larger];
        yield return new(string.Create(CultureInfo.InvariantCulture, $"Two models of {Smaller.Model.Target} on the same {Smaller.Model.RowCount:#,0.##} rows"), LineStyle.Title);
        yield return new("", LineStyle.Plain);
        string[] table = new TextTable("", [smaller, larger])
            .Add("Residual Df", both.Select(one => one.ResidualDegreesOfFreedom.ToString("G6", CultureInfo.InvariantCulture)))
            .Add("RSS", both.Select(one => Numbers.Significant(one.Model.ResidualSumOfSquares, 6)))
            .Add(both.All(one => !one.Model.HasIntercept) ? "R² (uncentred)" : "R²", both.Select(one => Numbers.Significant(one.RSquared, 6)))
            .Add("AIC", both.Select(one => Numbers.Significant(one.Aic, 7)))
            .Add("BIC", both.Select(one => Numbers.Significant(one.Bic, 7)))
            .Lines(79);
        yield return new(table[0], LineStyle.Header);
        yield return new(table[1], LineStyle.Plain);
        yield return new(table[2], LineStyle.Plain);
        yield return new("", LineStyle.Plain);
        foreach (SummaryLine line in WhyNoCommonRSquared(smaller, larger))
        {
            yield return line;
        }

        IEnumerable<SummaryLine> verdict = WhyNoF is not null ? Summary.Wrapped($"No F test: {WhyNoF}", LineStyle.Note)
            : [new(string.Create(CultureInfo.InvariantCulture, $"F {Numbers.Significant(F, 6)} on {Numbers.Freedom(FNumerator)} and {Numbers.Freedom(Larger.ResidualDegreesOfFreedom)} degrees of freedom, p {Numbers.P(P, LogP)}"), LineStyle.Plain)];
        foreach (SummaryLine line in verdict)
        {
            yield return line;
        }

        if (WhyNoF is null && (Smaller.Model.Robust ?? Larger.Model.Robust) is not null)
        {
            foreach (SummaryLine line in Summary.Wrapped("F compares residual sums of squares, as if errors were equally noisy; the robust standard errors of the models do not enter.", LineStyle.Note))
            {
                yield return line;
            }
        }
    }

    /// <summary>Says that R² is another figure for a model without an intercept.</summary>
    private IEnumerable<SummaryLine> WhyNoCommonRSquared(string smaller, string larger)
    {
        if (Smaller.Model.HasIntercept == Larger.Model.HasIntercept)
        {
            return [];
        }

        string without = Smaller.Model.HasIntercept ? larger : smaller;
        return Summary.Wrapped($"{without} has no intercept: its R² is uncentred, measured from 0 and not from the mean of {Smaller.Model.Target}, so the two R² do not compare.", LineStyle.Note).Append(new("", LineStyle.Plain));
    }

    private static void RequireSameRows(RegressionModel first, RegressionModel second)
    {
        if (first.Target != second.Target)
        {
            throw new ArgumentException($"The models explain '{first.Target}' and '{second.Target}'; only models of one target compare.");
        }

        if ((first.Basis is null ? first : second.Basis is null ? second : null) is { } without)
        {
            throw new ArgumentException($"The {(ReferenceEquals(without, first) ? "first" : "second")} model has no degrees of freedom that a comparison needs: {without.UncertaintyNote}.");
        }

        if (first.Training.RowDigest.Length == 0 || second.Training.RowDigest.Length == 0)
        {
            throw new ArgumentException($"The {(first.Training.RowDigest.Length > 0 ? "second" : second.Training.RowDigest.Length > 0 ? "first" : "first and the second")} model does not know which rows it was fitted on; fit it again.");
        }

        bool areOfOtherSums = !first.TotalWeight.Equals(second.TotalWeight)
            || !first.Training.SumOfLogWeights.Equals(second.Training.SumOfLogWeights);
        if (first.Training.Weights != second.Training.Weights || (first.RowCount.Equals(second.RowCount) && areOfOtherSums))
        {
            throw new ArgumentException("The models were fitted with other weights; only models of the same weights compare.");
        }

        if (first.Training.RowDigest != second.Training.RowDigest)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"The models were fitted on other rows ({first.RowCount} and {second.RowCount} of them): rows are left out where a feature is missing, and their order and weights count. Fit both on the rows that are complete for both, in the same order."));
        }
    }

    private static string? WhyNotTested(Summary smaller, Summary larger, double numerator) =>
        smaller.Model.Ridge > 0 || larger.Model.Ridge > 0 ? "with a ridge the residual sums of squares are not those of an F distribution."
        : !IsPartOf(smaller.Model, larger.Model) ? "the models are not nested: one must have all terms of the other."
        : larger.Model.ResidualSumOfSquares > smaller.Model.ResidualSumOfSquares * (1 + 1e-9) ? "the model with more terms fits worse, so the models are not of the same rows and columns."
        : numerator == 0 ? "the models have the same number of independent terms, and are the same."
        : !(larger.ResidualDegreesOfFreedom > 0) ? "the larger model has no residual degrees of freedom."
        : double.IsNaN(smaller.ResidualStandardError) || double.IsNaN(larger.ResidualStandardError)
            || larger.Model.ResidualSumOfSquares == 0 ? "the fit is essentially perfect."
        : null;

    /// <summary>
    /// Returns whether a model is nested in another: the other has each of its features, by the same columns or expressions, with all
    /// terms.
    /// </summary>
    private static bool IsPartOf(RegressionModel smaller, RegressionModel larger)
    {
        HashSet<string> terms = [.. larger.Design.TermNames], features = [.. larger.Design.Features.Select(Key)];
        return (larger.HasIntercept || !smaller.HasIntercept) && smaller.Design.TermNames.All(terms.Contains)
            && smaller.Design.Features.Select(Key).All(features.Contains);
    }

    /// <summary>Returns the columns and expressions of a feature, which identify it whatever its name is.</summary>
    private static string Key(Feature feature) => string.Join('\0', feature.PartNames);
}
