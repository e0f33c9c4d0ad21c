namespace HpcLinReg.Data;

/// <summary>Which limits are written beside predictions.</summary>
public enum PredictionInterval
{
    /// <summary>None.</summary>
    None,

    /// <summary>Limits for the mean of the target at a row.</summary>
    Confidence,

    /// <summary>Limits for one observation at a row.</summary>
    Prediction,
}
