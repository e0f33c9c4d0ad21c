using System.Collections.Immutable;

namespace HpcLinReg.Data.Sums;

/// <summary>What a scan of rows finds for the columns of moments.</summary>
/// <param name="Levels">
/// The levels of each column of the design, in the order of their UTF-8 bytes; empty for those that are no texts.
/// </param>
/// <param name="Ranges">The range of each polynomial's variable; from ∞ to −∞ without complete rows.</param>
internal sealed record Findings(ImmutableArray<ImmutableArray<string>> Levels, ImmutableArray<(double Least, double Most)> Ranges);
