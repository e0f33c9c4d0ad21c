namespace HpcLinReg.Data;

/// <summary>A part of a <see cref="MomentsPlan"/>: rows of all files together, counted from 0.</summary>
/// <param name="FirstRow">The first row, a multiple of 2048.</param>
/// <param name="NextRow">The row behind the last.</param>
public readonly record struct PlannedPart(long FirstRow, long NextRow);
