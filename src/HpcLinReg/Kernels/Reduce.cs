using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HpcLinReg.Kernels;

/// <summary>
/// Computes dot products and sums, in which the lanes of lines are added to each other at the end, in a fixed order. There are four
/// accumulators: a fused multiply-add takes four cycles on current CPUs, and the loads of a row allow one line a cycle, so four are in
/// flight. More accumulators would only lengthen the final sum, which matters for short rows. Lines go to the accumulators in turn, the
/// partial line always to the last one; the final sum is ((0 + 1) + (2 + 3)), then <see cref="Line.Fold"/>.
/// </summary>
/// <remarks>
/// Error: |computed − exact| ≤ γ(⌈d/32⌉ + 6)·Σ|xⱼwⱼ| for d ≥ 8 and γ(d)·Σ|xⱼwⱼ| below, where γ(k) = ku/(1 − ku)
/// (Higham 2002, §3.1 and §4.2).
/// </remarks>
internal static class Reduce
{
    /// <summary>Computes Σ xⱼwⱼ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static double Dot<T>(ref T x, ref double w, int length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        length < Line.Lanes ? ShortDot(ref x, ref w, length, 0) : LineDot(ref x, ref w, length);

    /// <summary>
    /// Computes start + Σ xⱼwⱼ in one chain, for fewer than eight elements; it has the bits of a lane in <see cref="Predictions"/>.
    /// </summary>
    internal static double ShortDot<T>(ref T x, ref double w, int length, double start)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double sum = start;
        for (int j = 0; j < length; j++)
        {
            sum = double.MultiplyAddEstimate(Line.Widen(Unsafe.Add(ref x, j)), Unsafe.Add(ref w, j), sum);
        }

        return sum;
    }

    /// <summary>Computes Σ xⱼwⱼ of at least eight elements. Per element 2 flops, and 8 bytes of x (4 when float) and 8 of w.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static double LineDot<T>(ref T x, ref double w, int length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Line.Fold(LineProducts(ref x, ref w, length));

    /// <summary>
    /// Returns the line whose <see cref="Line.Fold"/> is <see cref="LineDot"/>, for callers that fold eight lines at once.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<double> LineProducts<T>(ref T x, ref double w, int length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector512<double> sum0 = Vector512<double>.Zero;
        Vector512<double> sum1 = Vector512<double>.Zero;
        Vector512<double> sum2 = Vector512<double>.Zero;
        Vector512<double> sum3 = Vector512<double>.Zero;
        int j = 0;
        for (; j <= length - (4 * Line.Lanes); j += 4 * Line.Lanes)
        {
            sum0 = Vector512.MultiplyAddEstimate(Line.Load(ref x, j), Line.Load(ref w, j), sum0);
            sum1 = Vector512.MultiplyAddEstimate(Line.Load(ref x, j + 8), Line.Load(ref w, j + 8), sum1);
            sum2 = Vector512.MultiplyAddEstimate(Line.Load(ref x, j + 16), Line.Load(ref w, j + 16), sum2);
            sum3 = Vector512.MultiplyAddEstimate(Line.Load(ref x, j + 24), Line.Load(ref w, j + 24), sum3);
        }

        int rest = length - j;
        if (rest >= 8)
        {
            sum0 = Vector512.MultiplyAddEstimate(Line.Load(ref x, j), Line.Load(ref w, j), sum0);
        }

        if (rest >= 16)
        {
            sum1 = Vector512.MultiplyAddEstimate(Line.Load(ref x, j + 8), Line.Load(ref w, j + 8), sum1);
        }

        if (rest >= 24)
        {
            sum2 = Vector512.MultiplyAddEstimate(Line.Load(ref x, j + 16), Line.Load(ref w, j + 16), sum2);
        }

        if (length % Line.Lanes != 0)
        {
            sum3 = Vector512.MultiplyAddEstimate(Line.LoadTail(ref x, length), Line.LoadTail(ref w, length), sum3);
        }

        return (sum0 + sum1) + (sum2 + sum3);
    }

    /// <summary>Computes Σ xⱼ with two accumulators, of which the second takes the partial line.</summary>
    internal static double Sum(ref double x, int length)
    {
        if (length < Line.Lanes)
        {
            double sum = 0;
            for (int j = 0; j < length; j++)
            {
                sum += Unsafe.Add(ref x, j);
            }

            return sum;
        }

        Vector512<double> sum0 = Vector512<double>.Zero;
        Vector512<double> sum1 = Vector512<double>.Zero;
        int i = 0;
        for (; i <= length - (2 * Line.Lanes); i += 2 * Line.Lanes)
        {
            sum0 += Line.Load(ref x, i);
            sum1 += Line.Load(ref x, i + 8);
        }

        if (length - i >= 8)
        {
            sum0 += Line.Load(ref x, i);
        }

        if (length % Line.Lanes != 0)
        {
            sum1 += Line.LoadTail(ref x, length);
        }

        return Line.Fold(sum0 + sum1);
    }
}
