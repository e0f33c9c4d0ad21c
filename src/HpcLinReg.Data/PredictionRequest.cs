namespace HpcLinReg.Data;

/// <summary>How predictions are written.</summary>
public sealed record PredictionRequest
{
    /// <summary>Gets the format; the default is CSV.</summary>
    public PredictionFormat Format { get; init; }

    /// <summary>Gets which limits are written; the default is none.</summary>
    public PredictionInterval Interval { get; init; }

    /// <summary>Gets the level of the limits; the default is 0.95.</summary>
    public double Level { get; init; } = 0.95;
}
