using System.Text.Json;
using HpcLinReg.Benchmarks.Compare;
using HpcLinReg.Benchmarks.Ladder;

namespace HpcLinReg.Benchmarks.Report;

/// <summary>One row of <c>hpclinreg bench --json</c>.</summary>
internal sealed record KernelResult(
    string Kernel, string Type, long Rows, int Columns, int Threads, double Milliseconds, double GigabytesPerSecond, double GigaflopsPerSecond, string Bound, double? Share);

/// <summary>What a results folder holds: kernels by level of CPU features, contests with peers, and costs of the ladder.</summary>
/// <param name="Levels">AVX-512 first, as far as the machine has them.</param>
/// <param name="Contests">Of <c>compare</c> and of <c>bench/peers</c>.</param>
/// <param name="Ladder">Of <c>ladder</c>.</param>
internal sealed record Results(IReadOnlyList<(string Level, KernelResult[] Kernels)> Levels, ContestResult[] Contests, LadderCost[] Ladder)
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    private static readonly (string Level, string File)[] Files =
        [("AVX-512", "bench-avx512.json"), ("AVX2", "bench-avx2.json"), ("no FMA", "bench-no-fma.json")];

    internal static Results Read(string folder) => new(
        [.. Files.Where(file => File.Exists(Path.Combine(folder, file.File))).Select(file => (file.Level, Array<KernelResult>(folder, file.File)))],
        [.. Array<ContestResult>(folder, "compare.json"), .. Array<ContestResult>(folder, "peers.json"), .. Array<ContestResult>(folder, "descent.json")],
        Array<LadderCost>(folder, "ladder.json"));

    private static T[] Array<T>(string folder, string name)
    {
        string path = Path.Combine(folder, name);
        return File.Exists(path) ? JsonSerializer.Deserialize<T[]>(File.ReadAllText(path), Web) ?? [] : [];
    }
}
