namespace HpcLinReg;

/// <summary>The figures that a fit by <see cref="FitWorkspace"/> returns beside the weights. An immutable value: no allocation.</summary>
public readonly record struct FitSummary
{
    internal FitSummary(double intercept, long rowCount, int rank, double residualSumOfSquares, double totalSumOfSquares)
    {
        (Intercept, RowCount, Rank, ResidualSumOfSquares, TotalSumOfSquares) =
            (intercept, rowCount, rank, residualSumOfSquares, totalSumOfSquares);
    }

    /// <summary>Gets the intercept b; 0 when none was fitted.</summary>
    public double Intercept { get; internal init; }

    /// <summary>Gets the number of rows, n.</summary>
    public long RowCount { get; }

    /// <summary>Gets the number of independent terms, the intercept included.</summary>
    public int Rank { get; }

    /// <summary>Gets Σ(y − ŷ)², in the target's units squared.</summary>
    public double ResidualSumOfSquares { get; }

    /// <summary>Gets Σ(y − ȳ)², or Σy² without an intercept, in the target's units squared.</summary>
    public double TotalSumOfSquares { get; }
}
