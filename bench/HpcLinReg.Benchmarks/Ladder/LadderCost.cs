using System.Globalization;
using HpcLinReg.Benchmarks.Compare;

namespace HpcLinReg.Benchmarks.Ladder;

/// <summary>
/// How many times as long a step of the ladder takes as what it is beside: medians in milliseconds, median and quartiles of the pairs'
/// ratios. Where a whole fit was measured, the rung that answered and the digits that its certificate promises.
/// </summary>
internal sealed record LadderCost(
    string Step, string Shape, string Base, double StepMilliseconds, double BaseMilliseconds, double Ratio, double LowerQuartile, double UpperQuartile, int Pairs, int? Rung, double? Digits)
{
    internal const string Safety = "default fit";

    internal const string Header =
        "| step | shape | beside | step ms | beside ms | ratio | quartiles | pairs | rung | digits |\n|---|---|---|---:|---:|---:|---:|---:|---:|---:|";

    internal static LadderCost Of(ContestResult result, Fit? fit) => new(
        result.Peer, result.Shape, result.Task, result.PeerMilliseconds, result.OwnMilliseconds, result.Ratio, result.LowerQuartile, result.UpperQuartile, result.Pairs,
        (int?)fit?.Certificate.Rung, fit?.Certificate.Digits);

    internal string Row() => string.Create(
        CultureInfo.InvariantCulture,
        $"| {Step} | {Shape} | {Base} | {StepMilliseconds:G4} | {BaseMilliseconds:G4} | {Ratio:F3} | {LowerQuartile:F3}–{UpperQuartile:F3} | {Pairs} | {Rung} | {Digits:F1} |");
}
