namespace HpcLinReg;

/// <summary>Why a row has no prediction.</summary>
public enum PredictionIssue
{
    /// <summary>There is a prediction.</summary>
    None,

    /// <summary>A column's value is missing, NaN or infinite.</summary>
    MissingValue,

    /// <summary>A text is none of the levels that the model was fitted on.</summary>
    UnknownLevel,

    /// <summary>A value is of another kind than the column: a text where numbers are, 2 for a flag.</summary>
    WrongKind,

    /// <summary>An expression has no value for the row, such as the logarithm of 0.</summary>
    NotDefined,

    /// <summary>A whole-number expression leaves 128 bits, or the prediction leaves the range of double.</summary>
    OutOfRange,
}
