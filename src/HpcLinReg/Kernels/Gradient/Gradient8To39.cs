using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HpcLinReg.Kernels;

/// <summary>
/// Computes residuals and Xᵀr for 8 to 39 columns, which are one to four lines and a partial one, in panels of eight rows. Weights and sums
/// stay in registers; in memory, the sums of each panel would wait for those of the one before. The number of lines is a type parameter, so
/// that each compiled loop has no branches. The bits are those of <see cref="Reduce.LineDot"/> and <see cref="Elementwise"/>.
/// </summary>
internal static class Gradient8To39
{
    /// <summary>
    /// Returns whether this kernel serves a number of columns, at least eight. With AVX-512 it serves up to four lines and a partial one,
    /// whose weights and sums take ten registers. With AVX2 it serves up to two lines of doubles, which take eight of sixteen registers of
    /// half a line; floats would need more to be widened in.
    /// </summary>
    internal static bool Serve<T>(int columns) =>
        Vector512.IsHardwareAccelerated
            ? columns < 5 * Line.Lanes
            : Vector256.IsHardwareAccelerated && typeof(T) == typeof(double) && columns <= 2 * Line.Lanes;

    /// <summary>A number of whole lines, and whether a partial one follows: known when a loop is compiled.</summary>
    private interface IShape
    {
        static abstract int Lines { get; }

        static abstract bool HasTail { get; }
    }

    /// <summary>Computes r = Xw + b − y and sums += Xᵀr for at most one block of rows.</summary>
    internal static void ResidualsAndProducts<T>(
        MatrixSpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<double> weights, double intercept, Span<double> residuals, Span<double> sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        switch ((x.Columns / Line.Lanes, x.Columns % Line.Lanes != 0))
        {
            case (1, false):
                Pass<T, OneLine>(x, y, weights, intercept, residuals, sums);
                break;
            case (1, true):
                Pass<T, OneLineAndTail>(x, y, weights, intercept, residuals, sums);
                break;
            case (2, false):
                Pass<T, TwoLines>(x, y, weights, intercept, residuals, sums);
                break;
            case (2, true):
                Pass<T, TwoLinesAndTail>(x, y, weights, intercept, residuals, sums);
                break;
            case (3, false):
                Pass<T, ThreeLines>(x, y, weights, intercept, residuals, sums);
                break;
            case (3, true):
                Pass<T, ThreeLinesAndTail>(x, y, weights, intercept, residuals, sums);
                break;
            case (4, false):
                Pass<T, FourLines>(x, y, weights, intercept, residuals, sums);
                break;
            default:
                Pass<T, FourLinesAndTail>(x, y, weights, intercept, residuals, sums);
                break;
        }
    }

    /// <summary>Does the work for one number of lines.</summary>
    [Unrolled]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Pass<T, TShape>(
        MatrixSpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<double> weights, double intercept, Span<double> residuals, Span<double> sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TShape : struct, IShape
    {
        ref T row = ref MemoryMarshal.GetReference(x.Values);
        ref T target = ref MemoryMarshal.GetReference(y);
        ref double r = ref MemoryMarshal.GetReference(residuals);
        ref double sum = ref MemoryMarshal.GetReference(sums);
        nint stride = x.RowStride;
        int tail = x.Columns - Line.Lanes;
        var w = new Lines<TShape>(ref MemoryMarshal.GetReference(weights), x.Columns);
        Vector512<double> sum0 = Line.Load(ref sum, 0);
        Vector512<double> sum1 = TShape.Lines > 1 ? Line.Load(ref sum, 8) : default;
        Vector512<double> sum2 = TShape.Lines > 2 ? Line.Load(ref sum, 16) : default;
        Vector512<double> sum3 = TShape.Lines > 3 ? Line.Load(ref sum, 24) : default;
        Vector512<double> tailSum = TShape.HasTail ? Line.Load(ref sum, tail) : default;
        for (int panel = 0; panel < x.Rows; panel += Line.Lanes)
        {
            int end = Math.Min(panel + Line.Lanes, x.Rows);
            if (end - panel == Line.Lanes)
            {
                Vector512<double> predictions = Line.FoldEight(
                    w.Products(ref row, tail), w.Products(ref Unsafe.Add(ref row, stride), tail),
                    w.Products(ref Unsafe.Add(ref row, 2 * stride), tail), w.Products(ref Unsafe.Add(ref row, 3 * stride), tail),
                    w.Products(ref Unsafe.Add(ref row, 4 * stride), tail), w.Products(ref Unsafe.Add(ref row, 5 * stride), tail),
                    w.Products(ref Unsafe.Add(ref row, 6 * stride), tail), w.Products(ref Unsafe.Add(ref row, 7 * stride), tail));
                (predictions + Vector512.Create(intercept) - Line.Load(ref target, panel)).StoreUnsafe(ref r, (nuint)panel);
            }
            else
            {
                for (int k = panel; k < end; k++)
                {
                    double prediction = Line.Fold(w.Products(ref Unsafe.Add(ref row, (k - panel) * stride), tail)) + intercept;
                    Unsafe.Add(ref r, k) = prediction - Line.Widen(Unsafe.Add(ref target, k));
                }
            }

            for (int k = panel; k < end; k++)
            {
                var residual = Vector512.Create(Unsafe.Add(ref r, k));
                sum0 = Vector512.MultiplyAddEstimate(Line.Load(ref row, 0), residual, sum0);
                sum1 = TShape.Lines > 1 ? Vector512.MultiplyAddEstimate(Line.Load(ref row, 8), residual, sum1) : sum1;
                sum2 = TShape.Lines > 2 ? Vector512.MultiplyAddEstimate(Line.Load(ref row, 16), residual, sum2) : sum2;
                sum3 = TShape.Lines > 3 ? Vector512.MultiplyAddEstimate(Line.Load(ref row, 24), residual, sum3) : sum3;
                tailSum = TShape.HasTail ? Vector512.MultiplyAddEstimate(Line.Load(ref row, tail), residual, tailSum) : tailSum;
                row = ref Unsafe.Add(ref row, stride);
            }
        }

        // The partial line overlaps the one before it with the same sums.
        Store(ref sum, 0, sum0);
        if (TShape.Lines > 1)
        {
            Store(ref sum, 8, sum1);
        }

        if (TShape.Lines > 2)
        {
            Store(ref sum, 16, sum2);
        }

        if (TShape.Lines > 3)
        {
            Store(ref sum, 24, sum3);
        }

        if (TShape.HasTail)
        {
            Store(ref sum, tail, tailSum);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(ref double sums, int offset, Vector512<double> sum) => sum.StoreUnsafe(ref sums, (nuint)offset);

    /// <summary>The weights in registers.</summary>
    private readonly struct Lines<TShape>(ref double weights, int columns)
        where TShape : struct, IShape
    {
        private readonly Vector512<double> _line0 = Line.Load(ref weights, 0);
        private readonly Vector512<double> _line1 = TShape.Lines > 1 ? Line.Load(ref weights, 8) : default;
        private readonly Vector512<double> _line2 = TShape.Lines > 2 ? Line.Load(ref weights, 16) : default;
        private readonly Vector512<double> _line3 = TShape.Lines > 3 ? Line.Load(ref weights, 24) : default;
        private readonly Vector512<double> _tail = TShape.HasTail ? Line.LoadTail(ref weights, columns) : default;
        private readonly Vector512<double> _mask = Line.TailMask(columns);

        /// <summary>Returns the line that <see cref="Reduce.LineProducts"/> returns, with the same bits.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal Vector512<double> Products<T>(ref T row, int tail)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            Prefetch.Ahead(ref row, (TShape.Lines + (TShape.HasTail ? 1 : 0)) * Line.Lanes);
            Vector512<double> zero = Vector512<double>.Zero;
            var sum0 = Vector512.MultiplyAddEstimate(Line.Load(ref row, 0), _line0, zero);
            Vector512<double> sum1 = TShape.Lines > 1 ? Vector512.MultiplyAddEstimate(Line.Load(ref row, 8), _line1, zero) : zero;
            Vector512<double> sum2 = TShape.Lines > 2 ? Vector512.MultiplyAddEstimate(Line.Load(ref row, 16), _line2, zero) : zero;
            Vector512<double> sum3 = TShape.Lines > 3 ? Vector512.MultiplyAddEstimate(Line.Load(ref row, 24), _line3, zero) : zero;
            sum3 = TShape.HasTail ? Vector512.MultiplyAddEstimate(Line.Load(ref row, tail) & _mask, _tail, sum3) : sum3;
            return (sum0 + sum1) + (sum2 + sum3);
        }
    }

    private readonly struct OneLine : IShape
    {
        public static int Lines => 1;

        public static bool HasTail => false;
    }

    private readonly struct OneLineAndTail : IShape
    {
        public static int Lines => 1;

        public static bool HasTail => true;
    }

    private readonly struct TwoLines : IShape
    {
        public static int Lines => 2;

        public static bool HasTail => false;
    }

    private readonly struct TwoLinesAndTail : IShape
    {
        public static int Lines => 2;

        public static bool HasTail => true;
    }

    private readonly struct ThreeLines : IShape
    {
        public static int Lines => 3;

        public static bool HasTail => false;
    }

    private readonly struct ThreeLinesAndTail : IShape
    {
        public static int Lines => 3;

        public static bool HasTail => true;
    }

    private readonly struct FourLines : IShape
    {
        public static int Lines => 4;

        public static bool HasTail => false;
    }

    private readonly struct FourLinesAndTail : IShape
    {
        public static int Lines => 4;

        public static bool HasTail => true;
    }
}
