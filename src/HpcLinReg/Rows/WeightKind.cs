namespace HpcLinReg;

/// <summary>The meaning of a row's weight. The coefficients are the same for both, the degrees of freedom are not.</summary>
public enum WeightKind
{
    /// <summary>The inverse of the variance of a row's target, up to a common factor: n is the number of rows of positive weight.</summary>
    Precision,

    /// <summary>How many times the row was observed, a whole number: n is the sum of the weights.</summary>
    Frequency,
}
