namespace HpcLinReg.Cli.Training;

/// <summary>How far a model is from the closed form.</summary>
internal static class Agreement
{
    /// <summary>A coefficient that explains less than this share of the target's length is measured against that share.</summary>
    private const double LeastShare = 1e-3;

    /// <summary>
    /// The largest relative difference of a coefficient, |b − b*| / max(|b*|, 1e-3·‖y‖/‖x‖) with centred lengths (for the intercept
    /// 1e-3·(|ȳ| + Σ|b*x̄|)); NaN when aliased columns leave the closed form a choice.
    /// </summary>
    internal static double Difference(Fit closedForm, LinearModel model)
    {
        if (closedForm.Aliased.Length > 0)
        {
            return double.NaN;
        }

        int d = model.Features;
        double targetLength = Math.Sqrt(closedForm.TotalSumOfSquares);
        double largest = 0;
        double targetMean = closedForm.Model.Intercept;
        double scale = 0;
        for (int j = 0; j < d; j++)
        {
            double length = Math.Sqrt(Enumerable.Range(0, j + 1).Sum(i => closedForm.Factor[(i * d) + j] * closedForm.Factor[(i * d) + j]));
            double weight = closedForm.Model.Weights[j];
            largest =
                Math.Max(largest, Math.Abs(model.Weights[j] - weight) / Math.Max(Math.Abs(weight), LeastShare * targetLength / length));
            if (closedForm.HasIntercept)
            {
                targetMean += weight * closedForm.FeatureMeans[j];
                scale += Math.Abs(weight * closedForm.FeatureMeans[j]);
            }
        }

        if (closedForm.HasIntercept)
        {
            double floor = Math.Max(Math.Abs(closedForm.Model.Intercept), LeastShare * (Math.Abs(targetMean) + scale));
            double difference = Math.Abs(model.Intercept - closedForm.Model.Intercept);
            largest = difference == 0 ? largest : Math.Max(largest, difference / floor);
        }

        return largest;
    }
}
