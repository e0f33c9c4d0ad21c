using System.Collections.Immutable;

namespace HpcLinReg;

/// <summary>
/// The weights, precision and error bounds of given sums, for
/// <see cref="Moments.Create(ReadOnlySpan{string}, long, ReadOnlySpan{double}, ReadOnlySpan{double}, MomentsOptions)"/>. Immutable and
/// thread-safe.
/// </summary>
/// <remarks>
/// Each property is what <see cref="Moments"/> has under the same name, so that moments can be made again from what they show.
/// </remarks>
public sealed class MomentsOptions
{
    /// <summary>
    /// Gets the precision they were summed in, which says how far they are right where no bounds are given; the default is double.
    /// </summary>
    public MomentsPrecision Precision { get; init; }

    /// <summary>
    /// Gets Σw, the sum of the rows' weights; null, the default, for the number of rows. Other weights need double-double.
    /// </summary>
    public double? TotalWeight { get; init; }

    /// <summary>Gets the low part of each mean in double-double, p values; empty, the default, for zeros.</summary>
    public ImmutableArray<double> MeanRemainders { get; init; } = [];

    /// <summary>Gets the low part of each cross-product in double-double, row-major p × p; empty, the default, for zeros.</summary>
    public ImmutableArray<double> CrossProductRemainders { get; init; } = [];

    /// <summary>
    /// Gets bounds of the errors of the means, p values in the columns' units; empty, the default, for those of rows just summed in the
    /// precision.
    /// </summary>
    public ImmutableArray<double> MeanErrorBounds { get; init; } = [];

    /// <summary>Gets bounds of the errors of the cross-products' diagonal, p values; empty, the default, as for the means.</summary>
    public ImmutableArray<double> SquareErrorBounds { get; init; } = [];

    /// <summary>
    /// Gets the moments of the same rows with weights that faded by v² where these did by v; null, the default, when no row has faded.
    /// </summary>
    public Moments? SquaredWeights { get; init; }

    /// <summary>Gets Σv of the factors by which rows have faded; null, the default, for the number of rows.</summary>
    public double? FadedCount { get; init; }
}
