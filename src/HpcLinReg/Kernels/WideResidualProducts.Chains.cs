using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HpcLinReg.Kernels;

/// <content>The anchored chains: a fused multiply-add onto the sum, the exact difference of the sums, what the first one rounded away, the low factor, and the errors' sum.</content>
internal sealed partial class WideResidualProducts
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void MultiplyFourRows<T>(ref T cells, nint stride, double anchor, ref double dots, ref double dotErrors)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref double w = ref MemoryMarshal.GetArrayDataReference(_weights);
        ref double wLow = ref MemoryMarshal.GetArrayDataReference(_weightErrors);
        ref T second = ref Unsafe.Add(ref cells, stride), third = ref Unsafe.Add(ref cells, 2 * stride), fourth = ref Unsafe.Add(ref cells, 3 * stride);
        Vector512<double> start = Vector512.Create(anchor);
        Vector512<double> s0 = start, s1 = start, s2 = start, s3 = start, e0 = default, e1 = default, e2 = default, e3 = default;
        for (int line = 0; line < _lines; line++)
        {
            int column = Column(line);
            Vector512<double> weight = Line.Load(ref w, line * Line.Lanes);
            Vector512<double> rest = Line.Load(ref wLow, line * Line.Lanes);
            Vector512<double> value = Line.Load(ref cells, column);
            Vector512<double> next = ExactGram.Next(value, weight, s0);
            e0 += Vector512.MultiplyAddEstimate(value, rest, ExactGram.Lost(value, weight, s0, next));
            s0 = next;
            value = Line.Load(ref second, column);
            next = ExactGram.Next(value, weight, s1);
            e1 += Vector512.MultiplyAddEstimate(value, rest, ExactGram.Lost(value, weight, s1, next));
            s1 = next;
            value = Line.Load(ref third, column);
            next = ExactGram.Next(value, weight, s2);
            e2 += Vector512.MultiplyAddEstimate(value, rest, ExactGram.Lost(value, weight, s2, next));
            s2 = next;
            value = Line.Load(ref fourth, column);
            next = ExactGram.Next(value, weight, s3);
            e3 += Vector512.MultiplyAddEstimate(value, rest, ExactGram.Lost(value, weight, s3, next));
            s3 = next;
        }

        Line.FoldFour(s0 - start, s1 - start, s2 - start, s3 - start).StoreUnsafe(ref dots);
        Line.FoldFour(e0, e1, e2, e3).StoreUnsafe(ref dotErrors);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void MultiplyFourLines<T>(ref T cells, nint stride, int rows, int line, double anchor, double[] residuals, double[] residualErrors, ref PanelPrefetch nextPanel, int prefetched)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref double r = ref MemoryMarshal.GetArrayDataReference(residuals);
        ref double rLow = ref MemoryMarshal.GetArrayDataReference(residualErrors);
        cells = ref Unsafe.Add(ref cells, line * Line.Lanes);
        int last = Column(line + 3) - (line * Line.Lanes);
        Vector512<double> anchor0 = Anchor(line, anchor), anchor1 = Anchor(line + 1, anchor), anchor2 = Anchor(line + 2, anchor), anchor3 = Anchor(line + 3, anchor);
        Vector512<double> s0 = anchor0, s1 = anchor1, s2 = anchor2, s3 = anchor3, e0 = default, e1 = default, e2 = default, e3 = default;
        for (int row = rows; row > 0; row--)
        {
            Vector512<double> residual = Vector512.Create(r);
            Vector512<double> rest = Vector512.Create(rLow);
            Vector512<double> value = Line.Load(ref cells, 0);
            Vector512<double> next = ExactGram.Next(residual, value, s0);
            e0 += Vector512.MultiplyAddEstimate(value, rest, ExactGram.Lost(residual, value, s0, next));
            s0 = next;
            value = Line.Load(ref cells, Line.Lanes);
            next = ExactGram.Next(residual, value, s1);
            e1 += Vector512.MultiplyAddEstimate(value, rest, ExactGram.Lost(residual, value, s1, next));
            s1 = next;
            value = Line.Load(ref cells, 2 * Line.Lanes);
            next = ExactGram.Next(residual, value, s2);
            e2 += Vector512.MultiplyAddEstimate(value, rest, ExactGram.Lost(residual, value, s2, next));
            s2 = next;
            value = Line.Load(ref cells, last);
            next = ExactGram.Next(residual, value, s3);
            e3 += Vector512.MultiplyAddEstimate(value, rest, ExactGram.Lost(residual, value, s3, next));
            s3 = next;
            cells = ref Unsafe.Add(ref cells, stride);
            r = ref Unsafe.Add(ref r, 1);
            rLow = ref Unsafe.Add(ref rLow, 1);
            nextPanel.Advance(prefetched);
        }

        Store(line, s0 - anchor0, e0);
        Store(line + 1, s1 - anchor1, e1);
        Store(line + 2, s2 - anchor2, e2);
        Store(line + 3, s3 - anchor3, e3);
    }

    /// <summary>The four chains begin at the same anchor; what they add to it is exact, and so is its sum.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void MultiplyLine<T>(ref T cells, nint stride, int rows, int line, double anchor, double[] residuals, double[] residualErrors)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref double r = ref MemoryMarshal.GetArrayDataReference(residuals);
        ref double rLow = ref MemoryMarshal.GetArrayDataReference(residualErrors);
        cells = ref Unsafe.Add(ref cells, Column(line));
        Vector512<double> start = Anchor(line, anchor);
        Vector512<double> s0 = start, s1 = start, s2 = start, s3 = start, e0 = default, e1 = default, e2 = default, e3 = default;
        int row = rows;
        for (; row >= SideBySide; row -= SideBySide)
        {
            Vector512<double> residual = Vector512.Create(r);
            Vector512<double> value = Line.Load(ref cells, 0);
            Vector512<double> next = ExactGram.Next(residual, value, s0);
            e0 += Vector512.MultiplyAddEstimate(value, Vector512.Create(rLow), ExactGram.Lost(residual, value, s0, next));
            s0 = next;
            residual = Vector512.Create(Unsafe.Add(ref r, 1));
            value = Line.Load(ref Unsafe.Add(ref cells, stride), 0);
            next = ExactGram.Next(residual, value, s1);
            e1 += Vector512.MultiplyAddEstimate(value, Vector512.Create(Unsafe.Add(ref rLow, 1)), ExactGram.Lost(residual, value, s1, next));
            s1 = next;
            residual = Vector512.Create(Unsafe.Add(ref r, 2));
            value = Line.Load(ref Unsafe.Add(ref cells, 2 * stride), 0);
            next = ExactGram.Next(residual, value, s2);
            e2 += Vector512.MultiplyAddEstimate(value, Vector512.Create(Unsafe.Add(ref rLow, 2)), ExactGram.Lost(residual, value, s2, next));
            s2 = next;
            residual = Vector512.Create(Unsafe.Add(ref r, 3));
            value = Line.Load(ref Unsafe.Add(ref cells, 3 * stride), 0);
            next = ExactGram.Next(residual, value, s3);
            e3 += Vector512.MultiplyAddEstimate(value, Vector512.Create(Unsafe.Add(ref rLow, 3)), ExactGram.Lost(residual, value, s3, next));
            s3 = next;
            cells = ref Unsafe.Add(ref cells, SideBySide * stride);
            r = ref Unsafe.Add(ref r, SideBySide);
            rLow = ref Unsafe.Add(ref rLow, SideBySide);
        }

        for (; row > 0; row--)
        {
            Vector512<double> residual = Vector512.Create(r);
            Vector512<double> value = Line.Load(ref cells, 0);
            Vector512<double> next = ExactGram.Next(residual, value, s0);
            e0 += Vector512.MultiplyAddEstimate(value, Vector512.Create(rLow), ExactGram.Lost(residual, value, s0, next));
            s0 = next;
            cells = ref Unsafe.Add(ref cells, stride);
            r = ref Unsafe.Add(ref r, 1);
            rLow = ref Unsafe.Add(ref rLow, 1);
        }

        Store(line, (s0 - start) + (s1 - start) + ((s2 - start) + (s3 - start)), e0 + e1 + (e2 + e3));
    }

    private void Store(int line, Vector512<double> sum, Vector512<double> errors)
    {
        sum.StoreUnsafe(ref _panelProducts[line * Line.Lanes]);
        errors.StoreUnsafe(ref _panelErrors[line * Line.Lanes]);
    }

    private Vector512<double> Anchor(int line, double anchor) => Vector512.Create(anchor) * Line.Load(ref _powers[0], line * Line.Lanes);
}
