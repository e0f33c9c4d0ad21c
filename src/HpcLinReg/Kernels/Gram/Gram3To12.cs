using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using HpcLinReg.Threads;

namespace HpcLinReg.Kernels;

/// <summary>
/// Computes the centred Gram matrix of a block of 3 to 12 joint columns without packing: a row is one to three halves of a line, and
/// all outputs stay in registers while the rows pass. A half times itself, rotated by 0, 1 and 2 lanes, has each product of two of its
/// columns (lane l of rotation r: columns l and l + r modulo 4); a half times another one, rotated by 0 to 3 lanes, has each product of
/// their columns. Three halves take 21 multiply-adds of four lanes a row, where whole lines would take 24 of eight.
/// </summary>
/// <remarks>
/// A product is one chain over a panel's rows, as in <see cref="PackedGram"/>. With 3 or 4 columns it is two chains, of the even and of the
/// odd rows, because a row is loaded in less time than a multiply-add takes; no other kernel has these bits. Three halves need more than
/// the sixteen registers of AVX2: there such rows are left to <see cref="PackedGram"/>, with the same bits, as are two halves without AVX2.
/// Packing first, then multiplying, reached less than half of the memory bandwidth.
/// </remarks>
internal static class Gram3To12
{
    private const int HalfLanes = Line.Lanes / 2;

    private const int Rotations = 3;

    private static readonly int[][] Places = [Lanes(1), Lanes(2), Lanes(3)];

    /// <summary>Gets the largest number of joint columns for which this CPU has enough registers.</summary>
    internal static int MostColumns => (Vector512.IsHardwareAccelerated ? 3 : Vector256.IsHardwareAccelerated ? 2 : 1) * HalfLanes;

    /// <summary>
    /// Computes the sums of the centred columns and the upper triangle of their products, laid out as <see cref="GramBlocks"/>.
    /// </summary>
    internal static void Products<T>(MatrixSpan<T> x, MatrixSpan<T> y, Span<double> means, Span<double> sums, Span<double> products)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int halves = (x.Columns + y.Columns + HalfLanes - 1) / HalfLanes;
        Span<T> scratch = stackalloc T[JointTail<T>.ScratchLength];
        var tail = new JointTail<T>(x, y, HalfLanes, scratch);
        int[] places = Places[halves - 1];
        Span<double> totals = stackalloc double[(Slot(3, 1, 2) + HalfLanes) * HalfLanes];
        totals.Clear();
        ref double mean = ref means[0];
        ref double total = ref totals[0];
        ref T first = ref Unsafe.AsRef(in x.Values[0]);
        for (int start = 0; start < x.Rows; start += RowBlocks.PanelRows)
        {
            int end = Math.Min(start + RowBlocks.PanelRows, x.Rows);
            switch (halves)
            {
                case 1:
                    AddPanelOfOneHalf(tail, start, end, ref mean, ref total);
                    break;
                case 2:
                    AddPanelOfTwoHalves(ref first, x.RowStride, tail, start, end, ref mean, ref total);
                    break;
                default:
                    AddPanelOfThreeHalves(ref first, x.RowStride, tail, start, end, ref mean, ref total);
                    break;
            }
        }

        totals[..(halves * HalfLanes)].CopyTo(sums);
        for (int k = 0; k < places.Length; k++)
        {
            products[k] = totals[places[k]];
        }
    }

    /// <summary>
    /// Returns for each element of the triangle which total it is; an arbitrary one for elements below the diagonal and behind the last
    /// column.
    /// </summary>
    private static int[] Lanes(int halves)
    {
        int columns = halves * HalfLanes;
        int[] places = new int[GramBlocks.Length(columns)];
        for (int i = 0; i < columns; i++)
        {
            for (int j = i; j < columns; j++)
            {
                int rotation = (j - i) % HalfLanes;
                int left = i;
                if (i / HalfLanes == j / HalfLanes && rotation == Rotations)
                {
                    // Rotation 3 of a half with itself is rotation 1 with the columns exchanged.
                    left = j;
                    rotation = 1;
                }

                places[GramBlocks.Position(columns, i, j)] =
                    ((Slot(halves, i / HalfLanes, j / HalfLanes) + rotation) * HalfLanes) + (left % HalfLanes);
            }
        }

        return places;
    }

    /// <summary>
    /// Returns the index of the first total of a pair of halves: the sums come first, then each half with itself, then the pairs.
    /// </summary>
    private static int Slot(int halves, int left, int right) => left == right
        ? halves + (left * Rotations)
        : (halves * (1 + Rotations)) + ((left + right - 1) * HalfLanes);

    /// <summary>Adds the rows of a panel, half a line each: even rows to one set of chains, odd rows to another.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddPanelOfOneHalf<T>(in JointTail<T> tail, int start, int end, ref double means, ref double total)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var mean = Vector256.LoadUnsafe(ref means);
        Vector256<double> evenSum = default, even0 = default, even1 = default, even2 = default;
        Vector256<double> oddSum = default, odd0 = default, odd1 = default, odd2 = default;
        Vector256<double> target = tail.Target.GetLower();
        ref T x = ref tail.X(start);
        ref T y = ref tail.Y(start);
        nint stride = start < tail.Inside ? tail.XStride : Line.Lanes;
        nint targetStride = tail.YStride;
        int inside = tail.Inside;
        ref T beyond = ref tail.X(inside);
        for (int row = start; row < end; row++)
        {
            Prefetch.Ahead(ref x);
            Vector256<double> a = JointTail<T>.LoadHalf(ref x, ref y, target) - mean;
            evenSum += a;
            even0 = Vector256.MultiplyAddEstimate(a, a, even0);
            even1 = Vector256.MultiplyAddEstimate(a, Rotate1(a), even1);
            even2 = Vector256.MultiplyAddEstimate(a, Rotate2(a), even2);
            x = ref Unsafe.Add(ref x, stride);
            y = ref Unsafe.Add(ref y, targetStride);
            if (++row == inside)
            {
                x = ref beyond;
                stride = Line.Lanes;
            }

            if (row == end)
            {
                break;
            }

            a = JointTail<T>.LoadHalf(ref x, ref y, target) - mean;
            oddSum += a;
            odd0 = Vector256.MultiplyAddEstimate(a, a, odd0);
            odd1 = Vector256.MultiplyAddEstimate(a, Rotate1(a), odd1);
            odd2 = Vector256.MultiplyAddEstimate(a, Rotate2(a), odd2);
            x = ref Unsafe.Add(ref x, stride);
            y = ref Unsafe.Add(ref y, targetStride);
            if (row + 1 == inside)
            {
                x = ref beyond;
                stride = Line.Lanes;
            }
        }

        Add(ref total, 0, evenSum + oddSum);
        AddRotations(ref total, 1, even0 + odd0, even1 + odd1, even2 + odd2);
    }

    /// <summary>Adds the rows of a panel, two halves of a line each.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddPanelOfTwoHalves<T>(
        ref T first, nint firstStride, in JointTail<T> tail, int start, int end, ref double means, ref double total)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var mean0 = Vector256.LoadUnsafe(ref means, 0);
        var mean1 = Vector256.LoadUnsafe(ref means, 4);
        Vector256<double> sum0 = default, sum1 = default;
        Vector256<double> d00 = default, d01 = default, d02 = default;
        Vector256<double> d10 = default, d11 = default, d12 = default;
        Vector256<double> c010 = default, c011 = default, c012 = default, c013 = default;
        first = ref Unsafe.Add(ref first, start * firstStride);
        ref T x = ref tail.X(start);
        ref T y = ref tail.Y(start);
        nint stride = start < tail.Inside ? tail.XStride : Line.Lanes;
        nint targetStride = tail.YStride;
        int inside = tail.Inside;
        ref T beyond = ref tail.X(inside);
        Vector256<double> target = tail.Target.GetLower();
        for (int row = start; row < end; row++)
        {
            Prefetch.Ahead(ref first);
            Vector256<double> a0 = Line.LoadHalf(ref first, 0) - mean0;
            Vector256<double> a1 = JointTail<T>.LoadHalf(ref x, ref y, target) - mean1;
            sum0 += a0;
            sum1 += a1;
            d00 = Vector256.MultiplyAddEstimate(a0, a0, d00);
            Vector256<double> rotated = Rotate1(a0);
            d01 = Vector256.MultiplyAddEstimate(a0, rotated, d01);
            rotated = Rotate2(a0);
            d02 = Vector256.MultiplyAddEstimate(a0, rotated, d02);
            d10 = Vector256.MultiplyAddEstimate(a1, a1, d10);
            c010 = Vector256.MultiplyAddEstimate(a0, a1, c010);
            rotated = Rotate1(a1);
            d11 = Vector256.MultiplyAddEstimate(a1, rotated, d11);
            c011 = Vector256.MultiplyAddEstimate(a0, rotated, c011);
            rotated = Rotate2(a1);
            d12 = Vector256.MultiplyAddEstimate(a1, rotated, d12);
            c012 = Vector256.MultiplyAddEstimate(a0, rotated, c012);
            rotated = Rotate3(a1);
            c013 = Vector256.MultiplyAddEstimate(a0, rotated, c013);
            first = ref Unsafe.Add(ref first, firstStride);
            x = ref Unsafe.Add(ref x, stride);
            y = ref Unsafe.Add(ref y, targetStride);
            if (row + 1 == inside)
            {
                x = ref beyond;
                stride = Line.Lanes;
            }
        }

        Add(ref total, 0, sum0);
        Add(ref total, 1, sum1);
        AddRotations(ref total, 2, d00, d01, d02);
        AddRotations(ref total, 5, d10, d11, d12);
        AddRotations(ref total, 8, c010, c011, c012);
        Add(ref total, 11, c013);
    }

    /// <summary>Adds the rows of a panel, three halves of a line each.</summary>
    [Unrolled]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddPanelOfThreeHalves<T>(
        ref T first, nint firstStride, in JointTail<T> tail, int start, int end, ref double means, ref double total)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var mean0 = Vector256.LoadUnsafe(ref means, 0);
        var mean1 = Vector256.LoadUnsafe(ref means, 4);
        var mean2 = Vector256.LoadUnsafe(ref means, 8);
        Vector256<double> sum0 = default, sum1 = default, sum2 = default;
        Vector256<double> d00 = default, d01 = default, d02 = default;
        Vector256<double> d10 = default, d11 = default, d12 = default;
        Vector256<double> d20 = default, d21 = default, d22 = default;
        Vector256<double> c010 = default, c011 = default, c012 = default, c013 = default;
        Vector256<double> c020 = default, c021 = default, c022 = default, c023 = default;
        Vector256<double> c120 = default, c121 = default, c122 = default, c123 = default;
        first = ref Unsafe.Add(ref first, start * firstStride);
        ref T x = ref tail.X(start);
        ref T y = ref tail.Y(start);
        nint stride = start < tail.Inside ? tail.XStride : Line.Lanes;
        nint targetStride = tail.YStride;
        int inside = tail.Inside;
        ref T beyond = ref tail.X(inside);
        Vector256<double> target = tail.Target.GetLower();
        for (int row = start; row < end; row++)
        {
            Prefetch.Ahead(ref first);
            Vector256<double> a0 = Line.LoadHalf(ref first, 0) - mean0;
            Vector256<double> a1 = Line.LoadHalf(ref first, 4) - mean1;
            Vector256<double> a2 = JointTail<T>.LoadHalf(ref x, ref y, target) - mean2;
            sum0 += a0;
            sum1 += a1;
            sum2 += a2;
            d00 = Vector256.MultiplyAddEstimate(a0, a0, d00);
            Vector256<double> rotated = Rotate1(a0);
            d01 = Vector256.MultiplyAddEstimate(a0, rotated, d01);
            rotated = Rotate2(a0);
            d02 = Vector256.MultiplyAddEstimate(a0, rotated, d02);
            d10 = Vector256.MultiplyAddEstimate(a1, a1, d10);
            c010 = Vector256.MultiplyAddEstimate(a0, a1, c010);
            rotated = Rotate1(a1);
            d11 = Vector256.MultiplyAddEstimate(a1, rotated, d11);
            c011 = Vector256.MultiplyAddEstimate(a0, rotated, c011);
            rotated = Rotate2(a1);
            d12 = Vector256.MultiplyAddEstimate(a1, rotated, d12);
            c012 = Vector256.MultiplyAddEstimate(a0, rotated, c012);
            rotated = Rotate3(a1);
            c013 = Vector256.MultiplyAddEstimate(a0, rotated, c013);
            d20 = Vector256.MultiplyAddEstimate(a2, a2, d20);
            c020 = Vector256.MultiplyAddEstimate(a0, a2, c020);
            c120 = Vector256.MultiplyAddEstimate(a1, a2, c120);
            rotated = Rotate1(a2);
            d21 = Vector256.MultiplyAddEstimate(a2, rotated, d21);
            c021 = Vector256.MultiplyAddEstimate(a0, rotated, c021);
            c121 = Vector256.MultiplyAddEstimate(a1, rotated, c121);
            rotated = Rotate2(a2);
            d22 = Vector256.MultiplyAddEstimate(a2, rotated, d22);
            c022 = Vector256.MultiplyAddEstimate(a0, rotated, c022);
            c122 = Vector256.MultiplyAddEstimate(a1, rotated, c122);
            rotated = Rotate3(a2);
            c023 = Vector256.MultiplyAddEstimate(a0, rotated, c023);
            c123 = Vector256.MultiplyAddEstimate(a1, rotated, c123);
            first = ref Unsafe.Add(ref first, firstStride);
            x = ref Unsafe.Add(ref x, stride);
            y = ref Unsafe.Add(ref y, targetStride);
            if (row + 1 == inside)
            {
                x = ref beyond;
                stride = Line.Lanes;
            }
        }

        Add(ref total, 0, sum0);
        Add(ref total, 1, sum1);
        Add(ref total, 2, sum2);
        AddRotations(ref total, 3, d00, d01, d02);
        AddRotations(ref total, 6, d10, d11, d12);
        AddRotations(ref total, 9, d20, d21, d22);
        AddRotations(ref total, 12, c010, c011, c012);
        Add(ref total, 15, c013);
        AddRotations(ref total, 16, c020, c021, c022);
        Add(ref total, 19, c023);
        AddRotations(ref total, 20, c120, c121, c122);
        Add(ref total, 23, c123);
    }

    /// <summary>Rotates half a line by one lane: lane l of the result is lane l + 1 (mod 4).</summary>
    private static Vector256<double> Rotate1(Vector256<double> half) => Vector256.Shuffle(half, Vector256.Create(1L, 2, 3, 0));

    private static Vector256<double> Rotate2(Vector256<double> half) => Vector256.Shuffle(half, Vector256.Create(2L, 3, 0, 1));

    private static Vector256<double> Rotate3(Vector256<double> half) => Vector256.Shuffle(half, Vector256.Create(3L, 0, 1, 2));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddRotations(ref double total, int slot, Vector256<double> c0, Vector256<double> c1, Vector256<double> c2)
    {
        Add(ref total, slot, c0);
        Add(ref total, slot + 1, c1);
        Add(ref total, slot + 2, c2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(ref double total, int slot, Vector256<double> sum) =>
        (Vector256.LoadUnsafe(ref total, (nuint)(slot * HalfLanes)) + sum).StoreUnsafe(ref total, (nuint)(slot * HalfLanes));
}
