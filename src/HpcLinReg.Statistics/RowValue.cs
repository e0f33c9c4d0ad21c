namespace HpcLinReg.Statistics;

/// <summary>The row with the largest value of a statistic, and that value.</summary>
/// <param name="Row">The row's number in the source, counted from 1 with rows that were left out; 0 where no row has it.</param>
/// <param name="Value">The value; NaN where no row has it.</param>
public readonly record struct RowValue(long Row, double Value);
