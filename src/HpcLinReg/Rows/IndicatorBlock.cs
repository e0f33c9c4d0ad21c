namespace HpcLinReg.Rows;

/// <summary>Joint columns that are the indicators of one index.</summary>
/// <param name="Value">The place of the index among the values of a row.</param>
/// <param name="Column">The first of the joint columns.</param>
/// <param name="Count">The number of joint columns.</param>
internal readonly record struct IndicatorBlock(int Value, int Column, int Count);
