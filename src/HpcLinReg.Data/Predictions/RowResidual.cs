using HpcLinReg.Data.Features;
using HpcLinReg.Data.Reading;

namespace HpcLinReg.Data.Predictions;

/// <summary>
/// Residuals of rows. A row of the fit has the standardized residual e/(s·√(1 − h)) and Cook's distance e²h/(k·s²·(1 − h)²); another row
/// e/(s·√(1 + h)), which counts the error of its prediction, and no distance.
/// </summary>
internal sealed class RowResidual
{
    /// <summary>
    /// The smallest 1 − h for which a row is standardized: a row of leverage h = 1 is always fitted exactly, and its residual is rounding.
    /// </summary>
    private const double LeastFreedom = 1e-10;

    private readonly RegressionModel _model;
    private readonly bool _isOfFit;

    private RowResidual(RegressionModel model, bool isOfFit) => (_model, _isOfFit) = (model, isOfFit);

    /// <summary>Gets what the user should know.</summary>
    internal IEnumerable<string> Notes
    {
        get
        {
            if (!HasErrors)
            {
                yield return _model.UncertaintyNote is { } note ? $"Residuals are not standardized: {note}."
                    : $"Residuals are not standardized, and there are no distances: the model was fitted {(_model.Ridge > 0 ? "with a ridge" : "with weights, which predict does not read")}.";
            }
            else if (!_isOfFit)
            {
                yield return "The rows are not those the model was fitted on, or stand in another order: standardized residuals count the error of the prediction, and there are no Cook's distances.";
            }
        }
    }

    private bool HasErrors => _model.UncertaintyNote is null && _model.Ridge == 0 && _model.Training.Weights is null;

    /// <summary>Reads the source once to find out whether its rows are those of the fit.</summary>
    internal static RowResidual Of(RegressionModel model, DataSource source, PredictionPlan plan, CancellationToken cancellationToken)
    {
        DesignQuery query = plan.Query;
        double[] read = new double[query.Width];
        int columns = source.Columns.Count;
        TrainingRecord record = new(0);
        using RowReader reader = new(source, plan.Sql(), cancellationToken);
        while (reader.Next())
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (int i = 0; i < read.Length; i++)
            {
                read[i] = reader.Number(columns + i);
            }

            double target = reader.Number(columns + read.Length + 1);
            if (double.IsFinite(target) && query.Predict(model, read).HasValue)
            {
                record.Add([], target);
            }
        }

        return new RowResidual(model, record.ToFacts(0).RowDigest == model.Training.RowDigest);
    }

    /// <summary>Returns residual, standardized residual and distance; NaN where there is none.</summary>
    internal (double Residual, double Standardized, double Cook) Of(in UncertainPrediction prediction, double target)
    {
        double residual = prediction.Prediction.HasValue ? target - prediction.Value : double.NaN, h = prediction.Leverage;
        if (!HasErrors || double.IsNaN(residual))
        {
            return (residual, double.NaN, double.NaN);
        }

        double ofS = residual / _model.ResidualStandardError, freedom = 1 - h;
        return !_isOfFit ? (residual, ofS / Math.Sqrt(1 + h), double.NaN)
            : freedom < LeastFreedom ? (residual, double.NaN, double.NaN)
            : (residual, ofS / Math.Sqrt(freedom), ofS / freedom * (ofS / freedom) * h / _model.Rank);
    }
}
