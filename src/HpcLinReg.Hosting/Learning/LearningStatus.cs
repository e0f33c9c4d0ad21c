namespace HpcLinReg.Hosting;

/// <summary>How a learner stands.</summary>
/// <param name="Sequence">The last batch that was learned.</param>
/// <param name="Rows">Rows that the model stands on now.</param>
/// <param name="EffectiveRows">How many equally weighted rows they are worth.</param>
/// <param name="Digits">The digits that are promised of predictions.</param>
/// <param name="Withheld">Why the last batches are not in the version that is served; null where they are.</param>
/// <param name="Closed">Why nothing is learned any more; null while it is.</param>
public sealed record LearningStatus(long Sequence, long Rows, double EffectiveRows, double Digits, string? Withheld, string? Closed);
