using System.Globalization;

namespace HpcLinReg.Statistics;

/// <summary>Writes the notes below a summary, one sentence each: what limits its figures, and what its coefficients refer to.</summary>
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
            yield return string.Create(CultureInfo.InvariantCulture, $"Ridge {model.Ridge}{(model.IsRidgeStandardized ? " on columns divided by their standard deviations" : "")}: degrees of freedom are effective, n less the trace of the hat matrix. Standard errors, t, p and limits do not count the bias of the coefficients towards 0; F tests and VIF are not defined.");
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

        if (model.Training.Weights is { } weights)
        {
            yield return weights == WeightKind.Frequency ? "Frequency weights: n is the sum of the weights."
                : "Precision weights: the residual standard error is that of a row of weight 1.";
        }

        if (double.IsNaN(summary.LogLikelihood) && model.ResidualSumOfSquares > 0 && !double.IsNaN(model.ResidualStandardError)
            && double.IsNaN(model.Training.SumOfLogWeights))
        {
            yield return "The likelihood, AIC and BIC need the weights' logarithms, which the model did not keep.";
        }

        if (Baselines(model.Design) is { Length: > 0 } baselines)
        {
            yield return $"Baselines: {string.Join("; ", baselines)}.";
        }

        foreach (string note in OfPowers(model))
        {
            yield return note;
        }
    }

    /// <summary>Returns a sentence on how a robust covariance was computed.</summary>
    internal static string Describe(RobustCovariance robust) => robust.Kind switch
    {
        RobustKind.Hac => string.Create(CultureInfo.InvariantCulture, $"Robust standard errors: HAC with {robust.Lag} lags (Bartlett weights, not prewhitened, times n/(n - k)); t, p, limits and F (Wald) are computed from them."),
        RobustKind.Cluster => string.Create(CultureInfo.InvariantCulture, $"Robust standard errors: clusters of '{robust.Cluster}' (CR1, {robust.Clusters} clusters, {robust.DegreesOfFreedom} degrees of freedom); t, p, limits and F (Wald) are computed from them."),
        _ => $"Robust standard errors: {robust.Kind}; t, p, limits and F (Wald) are computed from them.",
    };

    /// <summary>
    /// Returns the baseline of each text column that is a feature by itself: the level that its coefficients are differences from.
    /// </summary>
    private static string[] Baselines(Design design) =>
    [
        .. from feature in design.Features
           from column in design.Columns
           where column.Kind == CellKind.Text && feature.PartNames is [var only] && only == column.Name
               && !design.VariableNames.Contains($"{feature.Name}[{column.Levels[0]}]")
           select $"{feature.Name} '{column.Levels[0]}'",
    ];

    /// <summary>
    /// Returns a sentence for each polynomial whose coefficients belong to powers of t = (x − shift)·scale instead of powers of x.
    /// </summary>
    private static IEnumerable<string> OfPowers(RegressionModel model)
    {
        if (model.Powers is null)
        {
            for (int i = 0; i < model.Variables.Length; i++)
            {
                PolynomialVariable variable = model.Variables[i];
                if (variable.Degree > 1 && model.HasIntercept)
                {
                    yield return Shifted(model.Design.VariableNames[i], null, variable.Shift, variable.Scale);
                }
            }
        }

        foreach ((string feature, string column, double shift, double scale) in model.Design.ShiftedPowers)
        {
            yield return Shifted(column, feature, shift, scale);
        }
    }

    private static string Shifted(string column, string? feature, double shift, double scale) =>
        string.Create(CultureInfo.InvariantCulture, $"{(feature is null ? "" : $"In {feature}, ")}{column} stands for t = ({column} - {shift:G6}) * {scale:G6}, and {column}^2 for its square{(feature is null ? "" : "; other terms count from there, where t is 0")}.");

    private static IEnumerable<string> OfResiduals(Summary summary)
    {
        RegressionModel model = summary.Model;
        if (model.Basis is null)
        {
            yield return $"There are no standard errors, t, p, limits, F tests or inflation factors: {model.UncertaintyNote}.";
        }
        else if (!(model.ResidualDegreesOfFreedom > 0))
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{(model.Ridge > 0 ? "" : model.RowCount == 1 ? "The only residual is 0: " : $"All {model.RowCount} residuals are 0: ")}no residual degrees of freedom, so there are no standard errors, t, p or limits.");
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
