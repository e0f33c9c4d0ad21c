using System.Text.Json;
using HpcLinReg.Benchmarks.Compare;

namespace HpcLinReg.Benchmarks.Ladder;

/// <summary><c>-- ladder [--quick] [--json FILE]</c>: what the steps of the ladder and its gate cost, as ratios of pairs timed in turn.</summary>
internal static class LadderCommand
{
    private const int QuickReduction = 4;

    private static readonly TimeSpan QuickBudget = TimeSpan.FromSeconds(0.3);

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    internal static int Run(ReadOnlySpan<string> arguments)
    {
        bool quick = arguments.Contains("--quick");
        List<LadderCost> costs = [];
        Console.WriteLine(LadderCost.Header);
        foreach ((Contest contest, Fit? fit) in LadderContests.All(quick ? QuickReduction : 1))
        {
            var cost = LadderCost.Of(quick ? contest.Run(QuickBudget) : contest.Run(), fit);
            costs.Add(cost);
            Console.WriteLine(cost.Row());
            if (cost is { Step: LadderCost.Safety, Rung: not 1 })
            {
                Console.Error.WriteLine($"The fit of {cost.Shape} random normal numbers climbed to rung {cost.Rung}: {fit!.Certificate.Describe()}.");
            }
        }

        if (CompareCommand.Value(arguments, "--json") is { } path)
        {
            File.WriteAllText(path, JsonSerializer.Serialize(costs, Indented) + "\n");
        }

        return 0;
    }
}
