using System.Collections.Immutable;

namespace HpcLinReg.Native;

/// <summary>A model behind a handle: a fit, from which the model is made when it is first needed, or a model that was read.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
internal sealed class HeldModel
{
    private readonly Fit? _fit;
    private readonly Lazy<RegressionModel> _model;

    /// <summary>Takes a fit, the names of its features and of its target.</summary>
    internal HeldModel(Fit fit, string[] features, string target, bool hasWeights, WeightKind kind)
    {
        _fit = fit;
        // Names are checked now, not when the model is first needed.
        var design = Design.Create([.. features.Select(name => new ModelColumn(name, CellKind.Number))], fit.HasIntercept,
            [.. features.Select(Feature.Column)]);
        TrainingFacts facts = new() { Weights = hasWeights ? kind : null };
        Names = [.. features, target];
        _model = new Lazy<RegressionModel>(() => RegressionModel.Create(design, target, fit, facts));
    }

    /// <summary>Takes a model that was read.</summary>
    internal HeldModel(RegressionModel model)
    {
        Names = [.. model.Design.Columns.Select(column => column.Name), model.Target];
        _model = new Lazy<RegressionModel>(model);
    }

    /// <summary>Gets the names of the columns that a row of a prediction has, and of the target.</summary>
    internal ImmutableArray<string> Names { get; }

    /// <summary>Gets the model.</summary>
    internal RegressionModel Model => _model.Value;

    /// <summary>Gets the number of coefficients without the intercept.</summary>
    internal int Terms => _fit?.Model.Features ?? Model.Terms.Length;

    /// <summary>Returns what C reads about the model.</summary>
    internal ModelFacts ToFacts() => new()
    {
        Columns = Names.Length - 1,
        Terms = Terms,
        HasIntercept = Model.HasIntercept ? 1 : 0,
        Rank = Model.Rank,
        Intercept = Model.HasIntercept ? Model.Intercept.Coefficient : 0,
        InterceptStandardError = Model.HasIntercept ? Model.Intercept.StandardError : double.NaN,
        Ridge = Model.Ridge,
        Rows = Model.RowCount,
        TotalWeight = Model.TotalWeight,
        ResidualDegreesOfFreedom = Model.ResidualDegreesOfFreedom,
        ResidualSumOfSquares = Model.ResidualSumOfSquares,
        TotalSumOfSquares = Model.TotalSumOfSquares,
        ResidualStandardError = Model.ResidualStandardError,
        Digits = Model.Certificate?.Digits ?? double.NaN,
        ReciprocalCondition = Model.Certificate?.ReciprocalCondition ?? double.NaN,
    };

    /// <summary>Returns the intercept; 0 in a model without one.</summary>
    internal double Intercept => _fit?.Model.Intercept ?? (Model.HasIntercept ? Model.Intercept.Coefficient : 0);

    /// <summary>Copies the coefficients.</summary>
    internal void CopyWeights(Span<double> weights)
    {
        for (int j = 0; j < weights.Length; j++)
        {
            weights[j] = _fit is { } fit ? fit.Model.Weights[j] : Model.Terms[j].Coefficient;
        }
    }

    /// <summary>Copies the standard errors of the coefficients; NaN where there is none.</summary>
    internal void CopyStandardErrors(Span<double> errors)
    {
        for (int j = 0; j < errors.Length; j++)
        {
            errors[j] = Model.Terms[j].StandardError;
        }
    }

    /// <summary>Predicts rows of the columns; not finite where a cell is not.</summary>
    internal void Predict(MatrixSpan<double> rows, Span<double> predictions, int threads)
    {
        if (_fit is { } fit)
        {
            fit.Model.Predict(rows, predictions, threads);
        }
        else
        {
            Model.Predict(rows, predictions, threads);
        }
    }

    /// <summary>Computes the standard errors of predictions as estimates of the mean.</summary>
    internal void CopyPredictionErrors(MatrixSpan<double> rows, Span<double> errors)
    {
        for (int i = 0; i < rows.Rows; i++)
        {
            errors[i] = Model.PredictWithUncertainty(rows[i]).StandardError;
        }
    }
}
