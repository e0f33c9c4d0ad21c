using System.Globalization;

namespace HpcLinReg.Statistics;

/// <summary>What a reader of a summary should know of it, in one sentence each.</summary>
internal static class SummaryNotes
{
    internal static IEnumerable<string> Of(Summary summary)
    {
        RegressionModel model = summary.Model;
        if (model.Training.TargetKind == CellKind.Flag)
        {
            yield return "The target is true or false: this is a linear probability model. Its errors are not equally noisy (robust standard errors are), and predictions may leave 0 to 1.";
        }

        foreach (string note in OfResiduals(summary))
        {
            yield return note;
        }

        if (model.Ridge > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"Ridge {model.Ridge}: degrees of freedom are effective, n less the trace of the hat matrix. Standard errors, t, p and limits do not count the bias of the coefficients towards 0; F tests and VIF are not defined.");
        }
        else if (model.IsMinimumNorm && !model.Aliased.IsEmpty)
        {
            yield return "Minimum norm: terms that are combinations of each other share their weight. Their standard errors are those of these weights; the degrees of freedom count independent terms; features are not tested one by one.";
        }

        if (model.Robust is { } robust)
        {
            yield return Describe(robust);
            if (double.IsNaN(summary.F) && summary.FNumerator > 0 && model.Ridge == 0)
            {
                yield return $"F (Wald) of all terms does not exist: {(robust.Kind == RobustKind.Cluster ? $"{robust.Clusters} clusters" : "the rows")} determine the covariance of fewer than {summary.FNumerator} coefficients.";
            }
        }

        if (model.Training.Weights == WeightKind.Frequency)
        {
            yield return "Frequency weights: n is the sum of the weights.";
        }

        if (double.IsNaN(summary.LogLikelihood) && model.ResidualSumOfSquares > 0 && !double.IsNaN(model.ResidualStandardError) && double.IsNaN(model.Training.SumOfLogWeights))
        {
            yield return "The likelihood, AIC and BIC need the weights' logarithms, which the model did not keep.";
        }

        if (model.Basis is null)
        {
            yield return "The model did not keep what F tests and inflation factors are computed from; fit again.";
        }
    }

    /// <summary>Says how a robust covariance was computed.</summary>
    internal static string Describe(RobustCovariance robust) => robust.Kind switch
    {
        RobustKind.Hac => string.Create(CultureInfo.InvariantCulture, $"Robust standard errors: HAC with {robust.Lag} lags (Bartlett weights, not prewhitened, times n/(n - k)); t, p, limits and F (Wald) are computed from them."),
        RobustKind.Cluster => string.Create(CultureInfo.InvariantCulture, $"Robust standard errors: clusters of '{robust.Cluster}' (CR1, {robust.Clusters} clusters, {robust.DegreesOfFreedom} degrees of freedom); t, p, limits and F (Wald) are computed from them."),
        _ => $"Robust standard errors: {robust.Kind}; t, p, limits and F (Wald) are computed from them.",
    };

    private static IEnumerable<string> OfResiduals(Summary summary)
    {
        RegressionModel model = summary.Model;
        if (!(model.ResidualDegreesOfFreedom > 0))
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{(model.Ridge > 0 ? "" : $"All {model.RowCount} residuals are 0: ")}no residual degrees of freedom, so there are no standard errors, t, p or limits.");
        }
        else if (!summary.HasResiduals)
        {
            yield return "Essentially perfect fit: the residuals are smaller than the rounding of their own computation, so there are no standard errors, t, p or limits.";
        }

        else if (summary.IsPerfect)
        {
            yield return "Essentially perfect fit: t, p and limits may be those of rounding.";
        }

        if (model.TotalSumOfSquares <= 0)
        {
            yield return model.HasIntercept ? "The target does not vary: R² is not defined." : "The target is 0 in every row: R² is not defined.";
        }
    }
}
