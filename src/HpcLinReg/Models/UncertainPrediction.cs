namespace HpcLinReg;

/// <summary>
/// A predicted value with its uncertainty: ŷ, the standard error of its mean, its leverage, and the limits at a level. An immutable value:
/// no allocation.
/// </summary>
/// <remarks>
/// With z the row of the (centred) design, A = XᵀX + λI and s the residual standard error: leverage h = 1/Σv + zᵀA⁻¹z, standard error
/// s·√(1/Σv + zᵀA⁻¹XᵀXA⁻¹z), confidence limits ŷ ± t·(standard error) for the mean of the target at the row, prediction limits ŷ ± t·√(s² +
/// standard error²) for one observation of weight 1, t being the quantile of Student's distribution with the fit's degrees of freedom. All
/// are NaN where there is no value, or the fit knows no residual standard error.
/// </remarks>
public readonly record struct UncertainPrediction
{
    /// <summary>Gets the value, or why there is none.</summary>
    public Prediction Prediction { get; internal init; }

    /// <summary>Gets ŷ.</summary>
    public double Value => Prediction.Value;

    /// <summary>Gets the standard error of ŷ as an estimate of the mean at the row.</summary>
    public double StandardError { get; internal init; }

    /// <summary>Gets the leverage that the row would have with a weight of 0.</summary>
    public double Leverage { get; internal init; }

    /// <summary>Gets the lower confidence limit of the mean.</summary>
    public double ConfidenceLower { get; internal init; }

    /// <summary>Gets the upper confidence limit of the mean.</summary>
    public double ConfidenceUpper { get; internal init; }

    /// <summary>Gets the lower limit for one observation.</summary>
    public double PredictionLower { get; internal init; }

    /// <summary>Gets the upper limit for one observation.</summary>
    public double PredictionUpper { get; internal init; }

    /// <summary>Gets whether a column's value lies outside of its range in training; false where that range is not known.</summary>
    public bool IsOutsideTraining { get; internal init; }

    /// <summary>
    /// Gets whether the row breaks a combination that held for all training rows, so that the data say nothing about its prediction
    /// (<see cref="RegressionModel.Aliased"/>).
    /// </summary>
    public bool BreaksAlias { get; internal init; }
}
