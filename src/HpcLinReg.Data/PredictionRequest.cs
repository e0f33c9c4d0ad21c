namespace HpcLinReg.Data;

/// <summary>How predictions are written.</summary>
public sealed record PredictionRequest
{
    /// <summary>Gets the format; the default is CSV.</summary>
    public PredictionFormat Format { get; init; }

    /// <summary>Gets which limits are written; the default is none.</summary>
    public PredictionInterval Interval { get; init; }

    /// <summary>
    /// Gets whether the residual, the standardized residual and Cook's distance are written as well, for which the source needs the target;
    /// the default is no.
    /// </summary>
    /// <remarks>
    /// One more reading finds out whether the rows are those of the fit: of other rows a standardized residual counts the error of the
    /// prediction, and there is no Cook's distance.
    /// </remarks>
    public bool Residuals { get; init; }

    /// <summary>
    /// Gets the column of the weights of the fit, of the kind they had there, which residuals of a model with weights are standardized by;
    /// null where it is not named.
    /// </summary>
    public string? Weights { get; init; }

    /// <summary>Gets what becomes of rows with a level that the model was not fitted on; by default they have no prediction.</summary>
    public UnseenLevels Unseen { get; init; }

    /// <summary>Gets the level of the limits; the default is 0.95.</summary>
    public double Level { get; init; } = 0.95;
}
