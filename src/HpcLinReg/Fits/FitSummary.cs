namespace HpcLinReg;

/// <summary>What a fit by <see cref="FitWorkspace"/> knows beside the weights: a value, so that it costs no allocation.</summary>
/// <param name="Intercept">b; 0 when none was fitted.</param>
/// <param name="RowCount">The number of rows, n.</param>
/// <param name="Rank">The number of independent terms, the intercept included.</param>
/// <param name="ResidualSumOfSquares">Σ(y − ŷ)².</param>
/// <param name="TotalSumOfSquares">Σ(y − ȳ)², or Σy² without an intercept.</param>
public readonly record struct FitSummary(double Intercept, long RowCount, int Rank, double ResidualSumOfSquares, double TotalSumOfSquares);
