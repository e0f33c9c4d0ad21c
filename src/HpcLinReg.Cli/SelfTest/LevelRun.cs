using System.Runtime.InteropServices;
using HpcLinReg.Cli.Benchmarks;
using HpcLinReg.SelfTest;
using HpcLinReg.SelfTest.Bits;
using HpcLinReg.SelfTest.Checks;
using HpcLinReg.SelfTest.Levels;

namespace HpcLinReg.Cli.SelfTest;

/// <summary>All checks in this process, which was started at a level.</summary>
internal static class LevelRun
{
    private static readonly TimeSpan SpeedBudget = TimeSpan.FromSeconds(0.4);

    internal static LevelReport Run(CpuLevel level)
    {
        bool inEffect = level.IsInEffect();
        (IReadOnlyList<DigestResult> digests, IReadOnlyList<CheckResult> ways) = DigestChecks.Run(Interruption.Token);
        IReadOnlyList<CheckResult> kernels = KernelChecks.Run(Interruption.Token);
        return new LevelReport(
            level.Name,
            inEffect,
            EngineInfo.InstructionSet,
            EngineInfo.VectorBits,
            EngineInfo.ElementwiseBits,
            EngineInfo.HasFusedMultiplyAdd,
            kernels,
            [.. LawChecks.Run(), .. ways],
            digests,
            Speed());
    }

    /// <summary>Returns the facts about the host from the default level's report.</summary>
    internal static HostCpu Host(LevelReport report) =>
        new(report.InstructionSet, report.VectorBits, RuntimeInformation.ProcessArchitecture is Architecture.X64);

    /// <summary>
    /// A fit and a gradient of 2 MB, which lie in a cache: by the time all checks are done, they are compiled at their last tier.
    /// </summary>
    private static double Speed()
    {
        var problem = new FixedProblem(8192, 32);
        double[] gradient = new double[problem.Columns];
        return Timing.BestSeconds(
            () =>
            {
                LinearRegression.Fit(problem.X, problem.Y);
                LinearRegression.Gradient(problem.X, problem.Y, problem.Weights, 0, gradient);
            },
            SpeedBudget);
    }
}
