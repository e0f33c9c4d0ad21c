using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace HpcLinReg;

/// <summary>The vector instructions in effect in this process, which may be fewer than the CPU has.</summary>
/// <remarks>Thread-safe; allocates nothing. A native AOT program reports what it was compiled for (<c>IlcInstructionSet</c>).</remarks>
public static class EngineInfo
{
    /// <summary>Gets the widest vector, in bits, that a kernel's line of eight doubles is carried out in: 512, 256, 128 or 64.</summary>
    public static int VectorBits =>
        Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 64;

    /// <summary>Gets the width of <see cref="Vector{T}"/>, in bits, which elementwise work uses.</summary>
    public static int ElementwiseBits => Vector<byte>.Count * 8;

    /// <summary>
    /// Gets whether multiply-add is one fused instruction. Only then do results have the same bits as on other machines
    /// with fused multiply-add; without it they agree within the documented error bounds.
    /// </summary>
    public static bool HasFusedMultiplyAdd => Fma.IsSupported || AdvSimd.Arm64.IsSupported;

    /// <summary>
    /// Gets the number of the bit contract: results, and state that was saved, have the same bits on all versions of the engine with the
    /// same number, where <see cref="HasFusedMultiplyAdd"/>.
    /// </summary>
    /// <remarks>Whoever records the digests anew raises it by one. Saved state carries it.</remarks>
    public static int BitContract => 5;

    /// <summary>Gets the name of the instruction set in effect, for a person to read.</summary>
    public static string InstructionSet =>
        Avx512F.IsSupported ? "AVX-512"
        : Avx2.IsSupported ? "AVX2"
        : Avx.IsSupported ? "AVX"
        : X86Base.IsSupported ? "SSE"
        : AdvSimd.IsSupported ? "AdvSimd"
        : "none";
}
