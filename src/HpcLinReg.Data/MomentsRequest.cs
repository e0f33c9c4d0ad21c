namespace HpcLinReg.Data;

/// <summary>Which columns are summed into moments, and how. Immutable.</summary>
public sealed record MomentsRequest
{
    /// <summary>
    /// Gets the columns, expressions and interactions, separated by commas, as <see cref="FitRequest.Features"/>: each of them may be a
    /// feature of a later fit, and each number its target. The default, null, is every numeric or boolean column.
    /// </summary>
    public string? Columns { get; init; }

    /// <summary>Gets the column that holds a weight for each row; null for none.</summary>
    public string? Weights { get; init; }

    /// <summary>Gets what the weights mean; the default is precision.</summary>
    public WeightKind WeightKind { get; init; }

    /// <summary>
    /// Gets the precision of the sums; the default is double-double, because later fits cannot read the rows again for more digits.
    /// </summary>
    public MomentsPrecision Precision { get; init; } = MomentsPrecision.DoubleDouble;
}
