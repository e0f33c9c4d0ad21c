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
    /// Gets the columns and expressions whose powers later fits may use as polynomials, by name, with the highest degree; those not among
    /// <see cref="Columns"/> are added to them. Their shift and scale are those of all complete rows, which are read once more.
    /// </summary>
    public IReadOnlyDictionary<string, int> Polynomials { get; init; } = new Dictionary<string, int>();

    /// <summary>
    /// Gets the precision of the sums; the default is double-double, because later fits cannot read the rows again for more digits.
    /// </summary>
    public MomentsPrecision Precision { get; init; } = MomentsPrecision.DoubleDouble;

    /// <summary>
    /// Gets whether Parquet files are known again by all of their bytes, instead of their length and their footer; then each part reads the
    /// whole of the files that its rows are in. The default is false. It is part of the source's fingerprint.
    /// </summary>
    public bool FullDigest { get; init; }
}
