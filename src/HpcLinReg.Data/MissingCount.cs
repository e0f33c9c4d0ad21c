namespace HpcLinReg.Data;

/// <summary>In how many rows something was missing. A row in which two columns are missing counts for both.</summary>
/// <param name="Column">The target or the feature, as the request wrote it.</param>
/// <param name="Rows">The number of rows.</param>
public sealed record MissingCount(string Column, long Rows);
