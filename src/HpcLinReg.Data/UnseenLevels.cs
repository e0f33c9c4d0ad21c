namespace HpcLinReg.Data;

/// <summary>The treatment of a row whose text is a level that the model was not fitted on.</summary>
public enum UnseenLevels
{
    /// <summary>It has no prediction, and is counted.</summary>
    Missing,

    /// <summary>It is predicted as a row of the text's baseline, and is counted.</summary>
    Baseline,

    /// <summary>The first such row is an error that names row and column.</summary>
    Error,
}
