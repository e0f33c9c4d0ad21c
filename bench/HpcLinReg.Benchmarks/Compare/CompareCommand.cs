using System.Globalization;
using System.Text.Json;

namespace HpcLinReg.Benchmarks.Compare;

/// <summary><c>-- compare [--filter TEXT] [--json FILE]</c>: the engine beside its peers, same data, same process, in turn.</summary>
internal static class CompareCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    internal static int Run(ReadOnlySpan<string> arguments)
    {
        string filter = Value(arguments, "--filter") ?? "";
        if (!OpenBlas.IsInstalled)
        {
            Console.Error.WriteLine("OpenBLAS is not installed (Debian: apt-get install libopenblas0-pthread); its contests are left out.");
        }

        List<ContestResult> results = [];
        Console.WriteLine("| task | shape | peer | engine ms | peer ms | peer/engine | quartiles | pairs |");
        Console.WriteLine("|---|---|---|---:|---:|---:|---:|---:|");
        foreach (Contest contest in Contests.All().Where(contest => $"{contest.Task} {contest.Shape} {contest.Peer}".Contains(filter, StringComparison.OrdinalIgnoreCase)))
        {
            ContestResult result = contest.Run();
            results.Add(result);
            Console.WriteLine(Row(result));
        }

        if (Value(arguments, "--json") is { } path)
        {
            File.WriteAllText(path, JsonSerializer.Serialize(results, Indented) + "\n");
        }

        return results.Count > 0 ? 0 : 1;
    }

    internal static string Row(ContestResult result) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {result.Task} | {result.Shape} | {result.Peer} | {result.OwnMilliseconds:G4} | {result.PeerMilliseconds:G4} | {result.Ratio:F2} | {result.LowerQuartile:F2}–{result.UpperQuartile:F2} | {result.Pairs} |");

    internal static string? Value(ReadOnlySpan<string> arguments, string option)
    {
        int position = arguments.IndexOf(option);
        return position >= 0 && position + 1 < arguments.Length ? arguments[position + 1] : null;
    }
}
