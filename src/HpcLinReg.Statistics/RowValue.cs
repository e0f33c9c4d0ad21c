namespace HpcLinReg.Statistics;

/// <summary>A row and what it has most of.</summary>
/// <param name="Row">The row's number in the source, counted from 1 with rows that were left out; 0 where no row has it.</param>
/// <param name="Value">The value; NaN where no row has it.</param>
public readonly record struct RowValue(long Row, double Value);
