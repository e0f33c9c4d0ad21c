namespace HpcLinReg.Cli.Training;

/// <summary>The result of a training: the descent, and how well its model predicts the rows it was trained on and those held out.</summary>
internal sealed record TrainingResult
{
    internal required TrainingRows Rows { get; init; }

    internal required DescentResult Descent { get; init; }

    internal required DescentOptions Options { get; init; }

    /// <summary>Gets how well the model predicts the rows it was trained on; null when the training was cancelled.</summary>
    internal required Goodness? OfTraining { get; init; }

    internal required Holdout? Holdout { get; init; }

    /// <summary>Gets how well the model predicts the rows held out; null without them, and when the training was cancelled.</summary>
    internal required Goodness? OfHeldOut { get; init; }

    /// <summary>Gets the loss of the rows held out, by step; null without them.</summary>
    internal required ValidationLoss? Validation { get; init; }

    internal static TrainingResult Of(TrainingRows rows, DescentResult descent, Holdout? holdout, ValidationLoss? validation,
        DescentOptions options)
    {
        bool isJudged = descent.Stop != StopReason.Cancelled;
        Goodness? heldOut = isJudged ? rows.HeldOut?.Judge(descent.Model, Interruption.Token) : null;
        if (heldOut is not null && descent.Stop != StopReason.Diverged)
        {
            validation!.End(descent.Steps, heldOut.Loss);
        }

        return new TrainingResult
        {
            Rows = rows,
            Descent = descent,
            Options = options,
            OfTraining = isJudged ? rows.Training.Judge(descent.Model, Interruption.Token) : null,
            Holdout = holdout,
            OfHeldOut = heldOut,
            Validation = validation,
        };
    }

    /// <summary>
    /// Makes a model without what intervals need. Where rows were held out, the means, ranges and digest of all rows are not those of its
    /// training rows and are left out.
    /// </summary>
    internal RegressionModel ToModel()
    {
        TrainingFacts facts = Rows.Source.Facts;
        Goodness training = OfTraining!;
        return RegressionModel.Create(Rows.Source.Design, Rows.Source.Target, new TrainedCoefficients
        {
            Model = Descent.Model,
            HasIntercept = Options.Intercept,
            Ridge = Options.Ridge,
            RowCount = Rows.Source.Request.WeightKind == WeightKind.Frequency ? training.TotalWeight : training.Rows,
            TotalWeight = training.TotalWeight,
            ResidualSumOfSquares = training.SquaredErrors,
            TotalSumOfSquares = training.TotalSquares(Options.Intercept),
            Facts = Holdout is null ? facts
                : new TrainingFacts { RowsDropped = facts.RowsDropped, Weights = facts.Weights, Reading = facts.Reading },
        });
    }
}
