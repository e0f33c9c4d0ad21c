namespace HpcLinReg.Data;

/// <summary>A fit that is asked for: the target, the features and the options. Immutable.</summary>
public sealed record FitRequest
{
    /// <summary>
    /// Gets the target: the name of a numeric or boolean column, or an expression over columns with an optional <c>AS name</c>, which the
    /// model then predicts.
    /// </summary>
    public required string Target { get; init; }

    /// <summary>
    /// Gets the features, separated by commas: column names, or SQL expressions with an optional <c>AS name</c>.
    /// The default, null, is every other numeric or boolean column in the source's order.
    /// </summary>
    public string? Features { get; init; }

    /// <summary>Gets the text columns that are features even where none are named, because their values are categories; by name.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>
    /// Gets the level that the coefficients of a text column are differences from, by the column's name; of others it is the first level in
    /// the order of their UTF-8 bytes.
    /// </summary>
    public IReadOnlyDictionary<string, string> Baselines { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets whether an intercept is fitted; the default is true.</summary>
    public bool Intercept { get; init; } = true;

    /// <summary>Gets λ ≥ 0 of the objective ‖y − Xw − b‖² + λ‖w‖²; the default is 0.</summary>
    public double Ridge { get; init; }

    /// <summary>
    /// Gets whether the ridge is on columns divided by their standard deviations (<see cref="FitOptions.StandardizeRidge"/>); the default
    /// is false.
    /// </summary>
    public bool StandardizeRidge { get; init; }

    /// <summary>Gets what happens to a row with a missing value; the default is to drop it.</summary>
    public MissingValues Missing { get; init; }

    /// <summary>
    /// Gets the column that holds a weight for each row, or an expression that makes it; null for none. Its columns are no features unless
    /// they are named.
    /// </summary>
    public string? Weights { get; init; }

    /// <summary>Gets what the weights mean; the default is precision.</summary>
    public WeightKind WeightKind { get; init; }

    /// <summary>
    /// Gets the column whose values are the groups of clustered standard errors; null for none. A row without a group is one with a missing
    /// value. It is no feature unless it is named as one.
    /// </summary>
    public string? Cluster { get; init; }

    /// <summary>
    /// Gets the features that stand for their powers 1 to a degree, by name; those not among the features are added to them.
    /// </summary>
    public IReadOnlyDictionary<string, int> Polynomials { get; init; } = new Dictionary<string, int>();

    /// <summary>Gets how many digits the worst coefficient is to have, as <see cref="FitOptions.Digits"/>; the default is 10.</summary>
    public int Digits { get; init; } = 10;

    /// <summary>Gets what becomes of terms that others determine; the default is to drop them.</summary>
    public RankDeficiency RankDeficient { get; init; }
}

/// <summary>The treatment of a row in which the target or a feature is missing (NULL, NaN or infinite).</summary>
public enum MissingValues
{
    /// <summary>The row is left out and counted.</summary>
    Drop,

    /// <summary>The first such row is an error that names row and column.</summary>
    Error,

    /// <summary>
    /// A missing number of a feature's column counts as the column's mean over the rows that have it, weighted as they are; the model keeps
    /// the means and predicts with them. A missing target, weight, group, text, flag or date is an error.
    /// </summary>
    Mean,
}
