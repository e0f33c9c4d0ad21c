namespace HpcLinReg.SelfTest.Checks;

/// <summary>The result of one check.</summary>
/// <param name="Name">What was checked.</param>
/// <param name="WorstShareOfBound">The largest error as a share of its bound, where there is a bound.</param>
/// <param name="Failure">What is wrong; null when nothing is.</param>
internal sealed record CheckResult(string Name, double? WorstShareOfBound, string? Failure);
