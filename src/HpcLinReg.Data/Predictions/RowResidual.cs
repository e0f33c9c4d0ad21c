namespace HpcLinReg.Data.Predictions;

/// <summary>
/// Residuals of rows. A row of the fit has the standardized residual √v·e/(s·√(1 − h)) and Cook's distance v·e²h/(k·s²·(1 − h)²), h being
/// its leverage in the fit, which with a ridge is that of the ridge's hat matrix; v is its precision, and 1 without weights and for
/// frequencies. Another row has e/√(s² + (standard error)²), which counts the error of its prediction, and no distance.
/// </summary>
internal sealed class RowResidual
{
    /// <summary>Residuals with fewer digits than this are worth a word.</summary>
    private const double FewDigits = 4;

    /// <summary>
    /// How far two sums of the same squares may differ: they are summed in different ways, and coefficients have 10 digits.
    /// </summary>
    private const double Agreement = 1e-6;

    /// <summary>The relative error of a prediction by coefficients of 10 digits.</summary>
    private const double Rounding = 1e-9;

    private readonly RegressionModel _model;
    private readonly bool _isOfFit;
    private readonly bool _hasWeights;
    private readonly bool _hasOtherFeatures;
    private double _largestTarget;
    private double _largestResidual;

    private RowResidual(RegressionModel model, bool hasRowsOfFit, bool hasOtherFeatures, bool hasWeights) =>
        (_model, _isOfFit, _hasOtherFeatures, _hasWeights) =
            (model, hasRowsOfFit && !hasOtherFeatures, hasRowsOfFit && hasOtherFeatures, hasWeights);

    /// <summary>Gets what the user should know; one sentence each.</summary>
    internal IEnumerable<string> Notes
    {
        get
        {
            if (_largestResidual > 0 && Digits < FewDigits)
            {
                yield return FormattableString.Invariant(
                    $"The target is up to {_largestTarget:G2} and its residuals only up to {_largestResidual:G2}: their differences have about {Math.Max(0, Math.Floor(Digits))} certain digit{(Math.Floor(Digits) == 1 ? "" : "s")}, the rest is rounding. Subtract a round number near the target's mean from the target, fit again and predict from that file for more.");
            }

            if (_model.UncertaintyNote is { } note)
            {
                yield return $"Residuals are not standardized: {note}.";
            }
            else if (LacksWeights)
            {
                string option = _model.Training.Weights == WeightKind.Frequency ? "--frequency-weights" : "--weights";
                yield return $"Residuals are not standardized, and there are no distances: the model was fitted with weights; name their column with {option}.";
            }
            else if (_hasOtherFeatures)
            {
                yield return $"The rows have the targets that the model was fitted on, but other features: standardized residuals count the error of the prediction{(_hasWeights ? " of an observation of weight 1" : "")}, and there are no Cook's distances.";
            }
            else if (!_isOfFit)
            {
                yield return $"The rows are not those the model was fitted on, {(_hasWeights ? "have other weights, " : "")}or stand in another order: standardized residuals count the error of the prediction{(_hasWeights ? " of an observation of weight 1" : "")}, and there are no Cook's distances.";
            }
            else if (_model.Ridge > 0)
            {
                yield return "The model has a ridge: standardized residuals and distances take the leverage from the hat matrix of the ridge, and do not count that residuals are biased.";
            }
        }
    }

    /// <summary>Gets how many digits rounding leaves of a residual: those of a double, less those by which the target is larger.</summary>
    private double Digits => -Math.Log10(_largestTarget * Math.ScaleB(1, -52) / _largestResidual);

    private bool LacksWeights => _model.Training.Weights is not null && !_hasWeights;

    private bool HasErrors => _model.UncertaintyNote is null && !LacksWeights;

    /// <summary>Reads the source once to find out whether its rows are those of the fit.</summary>
    /// <exception cref="DataException">Weights are named, and the model has none.</exception>
    internal static RowResidual Of(RegressionModel model, DataSource source, PredictionPlan plan, CancellationToken cancellationToken)
    {
        if (plan.HasWeights && model.Training.Weights is null)
        {
            throw new DataException("The model was fitted without weights, so its residuals are standardized without them; leave the option out.");
        }

        int columns = model.Design.Columns.Length;
        double sumOfSquares = 0, largest = 0;
        TrainingRecord record = new(columns, plan.HasWeights ? model.Training.Weights : null);
        using PlanRows rows = new(source, plan, cancellationToken);
        while (rows.Next())
        {
            ReadOnlySpan<double> targets = rows.Targets, weights = rows.Weights;
            for (int i = 0; i < rows.Count; i++)
            {
                double weight = plan.HasWeights ? weights[i] : 1;
                if (double.IsFinite(targets[i]) && double.IsFinite(weight)
                    && plan.Query.Predict(model, rows.Row(i)) is { HasValue: true } prediction)
                {
                    record.Add(rows.Row(i)[..columns], targets[i], weight);
                    double residual = targets[i] - prediction.Value;
                    sumOfSquares += weight * residual * residual;
                    largest = Math.Max(largest, Math.Sqrt(weight) * Math.Abs(targets[i]));
                }
            }
        }

        TrainingFacts facts = record.ToFacts(0);
        return new RowResidual(model, facts.RowDigest == model.Training.RowDigest,
            !HasFeatures(model, facts) || !HasResiduals(model, sumOfSquares, largest * Math.Sqrt(record.RowCount)), plan.HasWeights);
    }

    /// <summary>
    /// Returns whether means and ranges of the columns are those of the fit, to the bit; the digest is of the target alone.
    /// </summary>
    private static bool HasFeatures(RegressionModel model, TrainingFacts facts)
    {
        for (int i = 0; i < model.Design.Columns.Length; i++)
        {
            ModelColumn column = model.Design.Columns[i];
            if (Differs(column.Mean, facts.Means[i]) || Differs(column.Least, facts.Least[i]) || Differs(column.Most, facts.Most[i]))
            {
                return false;
            }
        }

        return true;

        static bool Differs(double kept, double found) => !double.IsNaN(kept) && kept != found;
    }

    /// <summary>
    /// Returns whether the sum of squared residuals is that of the fit, which features that changed their rows would change, up to the
    /// rounding of predictions.
    /// </summary>
    private static bool HasResiduals(RegressionModel model, double sumOfSquares, double targetNorm)
    {
        double kept = model.ResidualSumOfSquares, rounding = Rounding * targetNorm;
        return double.IsNaN(kept)
            || Math.Abs(sumOfSquares - kept) <= (Agreement * kept) + (2 * rounding * Math.Sqrt(kept)) + (rounding * rounding);
    }

    /// <summary>Returns residual, standardized residual and distance; NaN where there is none.</summary>
    /// <param name="prediction">The prediction with its leverage and standard error.</param>
    /// <param name="target">The target.</param>
    /// <param name="weight">The weight of the row; 1 without weights.</param>
    internal (double Residual, double Standardized, double Cook) Of(in UncertainPrediction prediction, double target, double weight)
    {
        double residual = prediction.Prediction.HasValue ? target - prediction.Value : double.NaN;
        if (!double.IsNaN(residual))
        {
            _largestTarget = Math.Max(_largestTarget, Math.Max(Math.Abs(target), Math.Abs(prediction.Value)));
            _largestResidual = Math.Max(_largestResidual, Math.Abs(residual));
        }

        if (!HasErrors || double.IsNaN(residual))
        {
            return (residual, double.NaN, double.NaN);
        }

        double s = _model.ResidualStandardError;
        if (!_isOfFit)
        {
            return (residual, residual / Math.Sqrt((s * s) + (prediction.StandardError * prediction.StandardError)), double.NaN);
        }

        // A row of precision 0 is no row of the fit.
        double precision = _model.Training.Weights == WeightKind.Precision ? weight : 1;
        var influence = RowInfluence.Of(_model, residual, precision * prediction.Leverage, precision);
        return weight > 0 ? (residual, influence.Standardized, influence.CookDistance) : (residual, double.NaN, double.NaN);
    }
}
