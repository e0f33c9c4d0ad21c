using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;

namespace HpcLinReg.Benchmarks.Hosts;

/// <summary>
/// One job for each level of CPU features, set by the runtime's own switches in the child process. What this machine cannot run is left
/// out with a line saying so; what a child got is checked by <see cref="RequireLevel"/>, because a switch that a runtime no
/// longer knows would silently measure something else.
/// </summary>
internal static class CpuFeatureJobs
{
    private const string Level = "HPCLINREG_CPU_LEVEL";

    private static readonly (string Name, string Switch, string Value, bool Runs)[] Levels =
    [
        ("AVX-512", "", "", Vector512.IsHardwareAccelerated),
        ("AVX2", "DOTNET_EnableAVX512", "0", Avx2.IsSupported),
        ("no FMA", "DOTNET_EnableAVX2", "0", Sse41.IsSupported),
        ("Vector<T> of 512", "DOTNET_MaxVectorTBitWidth", "512", Vector512.IsHardwareAccelerated),
    ];

    /// <summary>The jobs, and a line on standard error for each level left out.</summary>
    internal static IConfig Config()
    {
        var config = ManualConfig.CreateMinimumViable();
        foreach ((string name, string variable, string value, bool runs) in Levels)
        {
            if (!runs)
            {
                Console.Error.WriteLine($"The level '{name}' is left out: this machine does not have it.");
                continue;
            }

            Job job = Job.Default.WithId(name).WithWarmupCount(6).WithIterationCount(10).WithIterationTime(Perfolizer.Horology.TimeInterval.FromMilliseconds(150))
                .WithEnvironmentVariable(Level, name);
            config.AddJob(variable.Length > 0 ? job.WithEnvironmentVariable(variable, value) : job);
        }

        return config;
    }

    /// <summary>Stops a benchmark whose process did not get the vector width its job asked for.</summary>
    internal static void RequireLevel()
    {
        string? level = Environment.GetEnvironmentVariable(Level);
        bool met = level switch
        {
            null => true,
            "AVX-512" => Vector512.IsHardwareAccelerated,
            "AVX2" => !Vector512.IsHardwareAccelerated && Avx2.IsSupported && Fma.IsSupported,
            "no FMA" => !Avx2.IsSupported && !Fma.IsSupported,
            "Vector<T> of 512" => Vector<double>.Count == 8,
            _ => false,
        };
        if (!met)
        {
            throw new InvalidOperationException(
                $"The job asked for '{level}' but has Vector512 {Vector512.IsHardwareAccelerated}, AVX2 {Avx2.IsSupported}, FMA {Fma.IsSupported} and {Vector<double>.Count} doubles in Vector<T>.");
        }
    }
}
