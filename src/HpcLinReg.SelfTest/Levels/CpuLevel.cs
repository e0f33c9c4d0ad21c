using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace HpcLinReg.SelfTest.Levels;

/// <summary>
/// A level of CPU features or of compilation that a child process can be started at. The runtime reads these variables once, when it
/// starts, so each level needs a process of its own; what they do is not documented for every value, so the child asserts the level
/// it got.
/// </summary>
/// <param name="Name">The level's name.</param>
/// <param name="Variables">Environment variables, beside which no other setting of the runtime's code generation is left.</param>
/// <param name="Exists">Whether a host, as its first level found it, can have this level.</param>
/// <param name="IsInEffect">Whether this very process has it.</param>
internal sealed record CpuLevel(string Name, (string Name, string Value)[] Variables, Func<HostCpu, bool> Exists, Func<bool> IsInEffect)
{
    /// <summary>The level of the runtime without settings. It comes first, and its report says which other levels there are.</summary>
    internal static readonly CpuLevel Default = new("as the runtime chooses", [], _ => true, () => true);

    private const string LoopsAtFirstTier = "DOTNET_TC_QuickJitForLoops", ProfiledTiers = "DOTNET_TieredPGO";

    internal static readonly IReadOnlyList<CpuLevel> All =
    [
        Default,
        new("AVX-512", [("DOTNET_PreferredVectorBitWidth", "512")], host => host is { InstructionSet: "AVX-512", VectorBits: < 512 }, () => Width() == 512 && Avx512F.IsSupported),
        new("AVX-512, 256 bits", [("DOTNET_PreferredVectorBitWidth", "256")], host => host is { InstructionSet: "AVX-512", VectorBits: 512 }, () => Width() == 256 && Avx512F.IsSupported),
        new("AVX-512, wide Vector<T>", [("DOTNET_MaxVectorTBitWidth", "512")], host => host.VectorBits == 512, () => Width() == 512 && Vector<byte>.Count == 64),
        new("AVX2", [("DOTNET_EnableAVX512", "0")], host => host.InstructionSet == "AVX-512", () => Width() == 256 && Avx2.IsSupported && !Avx512F.IsSupported),
        new("128 bits, fused", [("DOTNET_PreferredVectorBitWidth", "128")], host => host.VectorBits > 128, () => Width() == 128 && Fma.IsSupported && Vector<byte>.Count == 16),
        new("compiled once", [("DOTNET_TieredCompilation", "0"), ("DOTNET_ReadyToRun", "0")], _ => true, JitTier.OptimizesAtOnce),
        new("all tiers", [(LoopsAtFirstTier, "1"), (ProfiledTiers, "1")], _ => true, () => !JitTier.OptimizesAtOnce() && JitTier.OptimizesLater()),
        new("first tier", [(LoopsAtFirstTier, "1"), ("DOTNET_ReadyToRun", "0"), ("DOTNET_TC_CallCounting", "0"), ("DOTNET_TC_OnStackReplacement", "0")], _ => true, JitTier.StaysAtFirstTier),
        new("without AVX2", [("DOTNET_EnableAVX2", "0")], host => host is { IsX64: true, VectorBits: > 128 },
            () => Width() == 128 && !Avx2.IsSupported && !Fma.IsSupported),
        new("without vectors", [("DOTNET_EnableHWIntrinsic", "0")], host => host is { IsX64: true, VectorBits: > 64 }, () => Width() == 64 && !X86Base.IsSupported),
    ];

    private static int Width() =>
        Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 64;
}

/// <summary>The facts about a host that its first level reports.</summary>
/// <param name="InstructionSet">As in <see cref="EngineInfo.InstructionSet"/>.</param>
/// <param name="VectorBits">As in <see cref="EngineInfo.VectorBits"/>.</param>
/// <param name="IsX64">Whether the variables of x86 mean anything.</param>
internal sealed record HostCpu(string InstructionSet, int VectorBits, bool IsX64);
