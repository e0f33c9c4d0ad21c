using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace HpcLinReg.Kernels;

/// <summary>
/// Operations on a line: eight doubles, which are one 64-byte cache line and one <see cref="Vector512{T}"/>. Only this type loads, widens
/// and folds lines. Where the CPU has no 512-bit registers the runtime lowers a line to two registers of 256 or four of 128 bits; the eight
/// lanes, and therefore the bits of every result, stay the same.
/// </summary>
internal static class Line
{
    /// <summary>The number of lanes in a line.</summary>
    internal const int Lanes = 8;

    /// <summary>A sliding window of masks: the eight masks from index t on have their last t lanes set.</summary>
    private static ReadOnlySpan<ulong> TailMasks =>
    [
        0, 0, 0, 0, 0, 0, 0, 0,
        ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue,
        ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue,
    ];

    /// <summary>Loads the elements offset to offset + 7, widened to double.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<double> Load<T>(ref T first, int offset)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(double))
        {
            return Vector512.LoadUnsafe(ref Unsafe.As<T, double>(ref first), (nuint)offset);
        }

        return Widen(Vector256.LoadUnsafe(ref Unsafe.As<T, float>(ref first), (nuint)offset));
    }

    /// <summary>Widens eight floats to double, which is exact.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Widen(Vector256<float> narrow) => Avx512F.IsSupported
        ? Avx512F.ConvertToVector512Double(narrow)
        : Vector512.Create(Vector256.WidenLower(narrow), Vector256.WidenUpper(narrow));

    /// <summary>Loads the elements offset to offset + 3, widened to double.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<double> LoadHalf<T>(ref T first, int offset)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(double))
        {
            return Vector256.LoadUnsafe(ref Unsafe.As<T, double>(ref first), (nuint)offset);
        }

        var narrow = Vector128.LoadUnsafe(ref Unsafe.As<T, float>(ref first), (nuint)offset);
        return Avx.IsSupported
            ? Avx.ConvertToVector256Double(narrow)
            : Vector256.Create(Vector128.WidenLower(narrow), Vector128.WidenUpper(narrow));
    }

    /// <summary>
    /// Returns a line with one element, widened to double, in all lanes. A float is repeated before it is widened: the scalar conversion
    /// writes only a part of a register and so would wait for the instruction that wrote the rest, in the row before.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<double> Repeat<T>(ref T element)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(double) || !Avx512F.IsSupported
            ? Vector512.Create(Widen(element))
            : Avx512F.ConvertToVector512Double(Vector256.Create(Unsafe.As<T, float>(ref element)));

    /// <summary>Returns half a line with one element, widened to double, in all lanes; see <see cref="Repeat"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<double> RepeatHalf<T>(ref T element)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(double) || !Avx.IsSupported
            ? Vector256.Create(Widen(element))
            : Avx.ConvertToVector256Double(Vector128.Create(Unsafe.As<T, float>(ref element)));

    /// <summary>
    /// Loads the last length % 8 of <paramref name="length"/> ≥ 8 elements into the upper lanes, with zeros in the others. It
    /// reads the last eight elements and masks those that whole lines contain already, so it does not read past the end.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<double> LoadTail<T>(ref T first, int length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        return Load(ref first, length - Lanes) & TailMask(length);
    }

    /// <summary>Returns a mask of the upper length % 8 lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<double> TailMask(int length) =>
        Vector512.LoadUnsafe(ref MemoryMarshal.GetReference(TailMasks), (nuint)(length % Lanes)).AsDouble();

    /// <summary>Returns a mask of the first <paramref name="count"/> ≤ 8 lanes.</summary>
    internal static Vector512<double> FirstLanes(int count) =>
        ~Vector512.LoadUnsafe(ref MemoryMarshal.GetReference(TailMasks), (nuint)(Lanes - count)).AsDouble();

    /// <summary>Loads one element of each of eight rows, widened to double: lane i is the element at i·rowStride.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<double> LoadColumn<T>(ref T first, int rowStride)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (rowStride == 1)
        {
            return Load(ref first, 0);
        }

        nint stride = rowStride;
        if (typeof(T) == typeof(double))
        {
            ref double cell = ref Unsafe.As<T, double>(ref first);
            return Vector512.Create(
                cell, Unsafe.Add(ref cell, stride), Unsafe.Add(ref cell, 2 * stride), Unsafe.Add(ref cell, 3 * stride),
                Unsafe.Add(ref cell, 4 * stride), Unsafe.Add(ref cell, 5 * stride), Unsafe.Add(ref cell, 6 * stride),
                Unsafe.Add(ref cell, 7 * stride));
        }

        // Widened together: eight scalar conversions would cost eight instructions.
        ref float narrow = ref Unsafe.As<T, float>(ref first);
        return Widen(Vector256.Create(
            narrow, Unsafe.Add(ref narrow, stride), Unsafe.Add(ref narrow, 2 * stride), Unsafe.Add(ref narrow, 3 * stride),
            Unsafe.Add(ref narrow, 4 * stride), Unsafe.Add(ref narrow, 5 * stride), Unsafe.Add(ref narrow, 6 * stride),
            Unsafe.Add(ref narrow, 7 * stride)));
    }

    /// <summary>
    /// Loads two columns of eight rows that follow each other without a gap, widened to double: two lines and two permutations instead of
    /// sixteen loads. For AVX-512 only.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void LoadTwoColumns<T>(ref T cells, out Vector512<double> column0, out Vector512<double> column1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector512<double> lower = Load(ref cells, 0), upper = Load(ref cells, Lanes);
        column0 = Avx512F.PermuteVar8x64x2(lower, Vector512.Create(0L, 2, 4, 6, 8, 10, 12, 14), upper);
        column1 = Avx512F.PermuteVar8x64x2(lower, Vector512.Create(1L, 3, 5, 7, 9, 11, 13, 15), upper);
    }

    /// <summary>
    /// Loads three columns of eight rows that follow each other without a gap, widened to double: three lines and six permutations instead
    /// of 24 loads. For AVX-512 only.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void LoadThreeColumns<T>(
        ref T cells, out Vector512<double> column0, out Vector512<double> column1, out Vector512<double> column2)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector512<double> first = Load(ref cells, 0), second = Load(ref cells, Lanes), third = Load(ref cells, 2 * Lanes);
        column0 = Avx512F.PermuteVar8x64x2(first, Vector512.Create(0L, 3, 6, 9, 12, 15, 0, 0), second);
        column1 = Avx512F.PermuteVar8x64x2(first, Vector512.Create(1L, 4, 7, 10, 13, 0, 0, 0), second);
        column2 = Avx512F.PermuteVar8x64x2(first, Vector512.Create(2L, 5, 8, 11, 14, 0, 0, 0), second);
        column0 = Avx512F.PermuteVar8x64x2(column0, Vector512.Create(0L, 1, 2, 3, 4, 5, 10, 13), third);
        column1 = Avx512F.PermuteVar8x64x2(column1, Vector512.Create(0L, 1, 2, 3, 4, 8, 11, 14), third);
        column2 = Avx512F.PermuteVar8x64x2(column2, Vector512.Create(0L, 1, 2, 3, 4, 9, 12, 15), third);
    }

    /// <summary>
    /// Loads four columns of eight rows, widened to double: eight loads and eight shuffles instead of 32 loads. Half rows are inserted by
    /// their loads, which saves one of three rounds of shuffles. For AVX-512 only.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void LoadFourColumns<T>(
        ref T cells, nint rowStride, out Vector512<double> column0, out Vector512<double> column1, out Vector512<double> column2,
        out Vector512<double> column3)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const byte Even = 0b10_00_10_00, Odd = 0b11_01_11_01;
        ref T second = ref Unsafe.Add(ref cells, rowStride), fifth = ref Unsafe.Add(ref cells, 4 * rowStride);
        Vector512<double> rows02 = LoadTwoHalves(ref cells, 2 * rowStride), rows13 = LoadTwoHalves(ref second, 2 * rowStride);
        Vector512<double> rows46 = LoadTwoHalves(ref fifth, 2 * rowStride);
        Vector512<double> rows57 = LoadTwoHalves(ref Unsafe.Add(ref fifth, rowStride), 2 * rowStride);
        Vector512<double> upper = Avx512F.UnpackLow(rows02, rows13), lower = Avx512F.UnpackLow(rows46, rows57);
        (column0, column2) = (Avx512F.Shuffle4x128(upper, lower, Even), Avx512F.Shuffle4x128(upper, lower, Odd));
        (upper, lower) = (Avx512F.UnpackHigh(rows02, rows13), Avx512F.UnpackHigh(rows46, rows57));
        (column1, column3) = (Avx512F.Shuffle4x128(upper, lower, Even), Avx512F.Shuffle4x128(upper, lower, Odd));
    }

    /// <summary>Loads four cells of one row and four of another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> LoadTwoHalves<T>(ref T cells, nint other)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Avx512F.InsertVector256(LoadHalf(ref cells, 0).ToVector512Unsafe(), LoadHalf(ref Unsafe.Add(ref cells, other), 0), 1);

    /// <summary>Stores eight elements; into floats they are rounded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Store<TResult>(Vector512<double> line, ref TResult destination)
        where TResult : unmanaged, IBinaryFloatingPointIeee754<TResult>
    {
        if (typeof(TResult) == typeof(double))
        {
            line.StoreUnsafe(ref Unsafe.As<TResult, double>(ref destination));
        }
        else
        {
            Vector256.Narrow(line.GetLower(), line.GetUpper()).StoreUnsafe(ref Unsafe.As<TResult, float>(ref destination));
        }
    }

    /// <summary>Widens one element to double, which is exact.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static double Widen<T>(T value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(double) ? (double)(object)value : (float)(object)value;

    /// <summary>Copies elements widened to double, which is exact.</summary>
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

    /// <summary>
    /// Returns the sum of the eight lanes, always added in the same tree: the upper to the lower half, the upper to the lower quarter, then
    /// the last pair.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static double Fold(Vector512<double> line)
    {
        Vector256<double> half = line.GetLower() + line.GetUpper();
        Vector128<double> quarter = half.GetLower() + half.GetUpper();
        return quarter.ToScalar() + quarter.GetElement(1);
    }

    /// <summary>Returns the sums of eight lines: lane i is <see cref="Fold"/> of line i, by the same additions.</summary>
    [Unrolled]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<double> FoldEight(
        Vector512<double> line0, Vector512<double> line1, Vector512<double> line2, Vector512<double> line3,
        Vector512<double> line4, Vector512<double> line5, Vector512<double> line6, Vector512<double> line7)
    {
        if (!Avx512F.IsSupported)
        {
            return Vector512.Create(Fold(line0), Fold(line1), Fold(line2), Fold(line3), Fold(line4), Fold(line5), Fold(line6), Fold(line7));
        }

        Vector512<double> first = FoldQuarters(FoldHalves(line0, line1), FoldHalves(line2, line3));
        Vector512<double> second = FoldQuarters(FoldHalves(line4, line5), FoldHalves(line6, line7));
        Vector512<double> folds = Avx512F.UnpackLow(first, second) + Avx512F.UnpackHigh(first, second);

        // The sums are in the order 0, 4, 1, 5, … so far.
        return Avx512F.PermuteVar8x64(folds, Vector512.Create(0L, 2, 4, 6, 1, 3, 5, 7));
    }

    /// <summary>Returns the sums of four lines: lane i is <see cref="Fold"/> of line i, by the same additions.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<double> FoldFour(Vector512<double> line0, Vector512<double> line1, Vector512<double> line2,
        Vector512<double> line3)
    {
        if (!Avx512F.IsSupported)
        {
            return Vector256.Create(Fold(line0), Fold(line1), Fold(line2), Fold(line3));
        }

        Vector512<double> pairs = FoldQuarters(FoldHalves(line0, line1), FoldHalves(line2, line3));
        Vector512<double> folds = pairs + Avx512F.Permute2x64(pairs, 0b01_01_01_01);
        return Avx512F.PermuteVar8x64(folds, Vector512.Create(0L, 2, 4, 6, 0, 2, 4, 6)).GetLower();
    }

    /// <summary>Adds the lower to the upper 256 bits of each of two lines; the results follow one another in one line.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> FoldHalves(Vector512<double> a, Vector512<double> b) =>
        Avx512F.Shuffle4x128(a, b, 0b01_00_01_00) + Avx512F.Shuffle4x128(a, b, 0b11_10_11_10);

    /// <summary>Adds the lower to the upper 128 bits of each of the four halves in two lines.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> FoldQuarters(Vector512<double> a, Vector512<double> b) =>
        Avx512F.Shuffle4x128(a, b, 0b10_00_10_00) + Avx512F.Shuffle4x128(a, b, 0b11_01_11_01);

    /// <summary>Returns the largest lane.</summary>
    internal static double Max(Vector512<double> line)
    {
        var half = Vector256.Max(line.GetLower(), line.GetUpper());
        var quarter = Vector128.Max(half.GetLower(), half.GetUpper());
        return Math.Max(quarter[0], quarter[1]);
    }
}
