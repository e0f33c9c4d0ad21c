using System.Collections.Immutable;

namespace HpcLinReg;

/// <summary>
/// A feature that the features before it determine: xⱼ = intercept + Σ coefficientᵢ·xᵢ as far as its cells can tell. Immutable and
/// thread-safe.
/// </summary>
public sealed class AliasedColumn
{
    internal AliasedColumn(int column, double intercept, ImmutableArray<double> coefficients) =>
        (Column, Intercept, Coefficients) = (column, intercept, coefficients);

    /// <summary>Gets the feature's index.</summary>
    public int Column { get; }

    /// <summary>Gets the constant part; 0 without an intercept.</summary>
    public double Intercept { get; }

    /// <summary>Gets one coefficient for each feature before <see cref="Column"/>; 0 for aliased ones.</summary>
    public ImmutableArray<double> Coefficients { get; }
}
