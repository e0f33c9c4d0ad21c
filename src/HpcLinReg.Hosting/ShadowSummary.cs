namespace HpcLinReg.Hosting;

/// <summary>What a shadow has found so far.</summary>
/// <param name="Version">The version that predicts beside the current one.</param>
/// <param name="Rows">Rows compared.</param>
/// <param name="Dropped">Rows that were not compared, because the shadow was behind.</param>
/// <param name="LargestDifference">The largest absolute difference from the answers.</param>
/// <param name="Disagreements">Rows that have a prediction in one of the two versions only.</param>
public sealed record ShadowSummary(long Version, long Rows, long Dropped, double LargestDifference, long Disagreements);
