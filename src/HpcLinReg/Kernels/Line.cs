using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace HpcLinReg.Kernels;

/// <summary>
/// A line is eight doubles: one 64-byte cache line, one <see cref="Vector512{T}"/>. Loading, widening and folding lines
/// happens here and nowhere else. Where the CPU has no 512-bit registers the runtime lowers a line to two of 256 or four
/// of 128 bits; the eight lanes, and therefore the bits of every result, stay the same.
/// </summary>
internal static class Line
{
    /// <summary>Lanes in a line.</summary>
    internal const int Lanes = 8;

    /// <summary>Sliding window of masks: read at t, the last t of eight lanes are set.</summary>
    private static ReadOnlySpan<ulong> TailMasks =>
    [
        0, 0, 0, 0, 0, 0, 0, 0,
        ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue,
        ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue,
    ];

    /// <summary>Loads elements offset to offset + 7, widened to double.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<double> Load<T>(ref T first, int offset)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(double))
        {
            return Vector512.LoadUnsafe(ref Unsafe.As<T, double>(ref first), (nuint)offset);
        }

        Vector256<float> narrow = Vector256.LoadUnsafe(ref Unsafe.As<T, float>(ref first), (nuint)offset);
        return Avx512F.IsSupported
            ? Avx512F.ConvertToVector512Double(narrow)
            : Vector512.Create(Vector256.WidenLower(narrow), Vector256.WidenUpper(narrow));
    }

    /// <summary>Loads elements offset to offset + 3, widened to double.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<double> LoadHalf<T>(ref T first, int offset)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(double))
        {
            return Vector256.LoadUnsafe(ref Unsafe.As<T, double>(ref first), (nuint)offset);
        }

        Vector128<float> narrow = Vector128.LoadUnsafe(ref Unsafe.As<T, float>(ref first), (nuint)offset);
        return Avx.IsSupported
            ? Avx.ConvertToVector256Double(narrow)
            : Vector256.Create(Vector128.WidenLower(narrow), Vector128.WidenUpper(narrow));
    }

    /// <summary>
    /// Loads the last length % 8 of <paramref name="length"/> ≥ 8 elements into the upper lanes, with zeros below. The
    /// read overlaps elements already visited instead of running past the end.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<double> LoadTail<T>(ref T first, int length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector512<double> mask = Vector512.LoadUnsafe(ref MemoryMarshal.GetReference(TailMasks), (nuint)(length % Lanes)).AsDouble();
        return Load(ref first, length - Lanes) & mask;
    }

    /// <summary>A mask of the first <paramref name="count"/> ≤ 8 lanes.</summary>
    internal static Vector512<double> FirstLanes(int count) =>
        ~Vector512.LoadUnsafe(ref MemoryMarshal.GetReference(TailMasks), (nuint)(Lanes - count)).AsDouble();

    /// <summary>Loads one element of each of eight rows: lane i is the element at i · rowStride.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<double> LoadColumn<T>(ref T first, int rowStride)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (rowStride == 1)
        {
            return Load(ref first, 0);
        }

        nint stride = rowStride;
        return Vector512.Create(
            Widen(first),
            Widen(Unsafe.Add(ref first, stride)),
            Widen(Unsafe.Add(ref first, 2 * stride)),
            Widen(Unsafe.Add(ref first, 3 * stride)),
            Widen(Unsafe.Add(ref first, 4 * stride)),
            Widen(Unsafe.Add(ref first, 5 * stride)),
            Widen(Unsafe.Add(ref first, 6 * stride)),
            Widen(Unsafe.Add(ref first, 7 * stride)));
    }

    /// <summary>Widens one element; exact.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static double Widen<T>(T value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(double) ? (double)(object)value : (float)(object)value;

    /// <summary>Widens some elements; exact.</summary>
    internal static void Widen<T>(ReadOnlySpan<T> source, Span<double> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(double))
        {
            MemoryMarshal.Cast<T, double>(source).CopyTo(destination);
        }
        else
        {
            TensorPrimitives.ConvertTruncating(source, destination);
        }
    }

    /// <summary>Adds the eight lanes by halves: 512 to 256 to 128 bits, then the last pair. Always this tree.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static double Fold(Vector512<double> line)
    {
        Vector256<double> half = line.GetLower() + line.GetUpper();
        Vector128<double> quarter = half.GetLower() + half.GetUpper();
        return quarter.ToScalar() + quarter.GetElement(1);
    }
}
