namespace HpcLinReg.Kernels;

/// <summary>How much a row that is added counts among the rows that are there.</summary>
/// <param name="Share">
/// The weight of the row over the sum of all weights, the row's included: the means move by this share of the deviation.
/// </param>
/// <param name="Rest">1 − <paramref name="Share"/>, computed without cancellation.</param>
/// <param name="Weight">The factor of the products of the row's deviations: its weight times <paramref name="Rest"/>.</param>
internal readonly record struct RowShare(DoubleDouble Share, DoubleDouble Rest, double Weight);
