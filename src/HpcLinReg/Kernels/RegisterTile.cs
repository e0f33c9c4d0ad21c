using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HpcLinReg.Kernels;

/// <summary>
/// c += factor·Σₖ aₖbₖᵀ for four values a and one or two lines b of packed rows k, the sums held in registers. Each output is one
/// chain over k, added to c at its end. The factor is 1 or −1, so its product is exact. Rows of a packed line follow one
/// another; its neighbour begins <see cref="LinePitch"/> further on.
/// </summary>
/// <remarks>
/// Four values by two lines are eight accumulators: a multiply-add takes four cycles, and one line of 512 bits, or two of 256,
/// starts in each. Per row eight multiply-adds need two loaded lines and four broadcasts.
/// </remarks>
internal static class RegisterTile
{
    /// <summary>Rows that a packed line has room for.</summary>
    internal const int Rows = Threads.RowBlocks.PanelRows;

    /// <summary>Values a per tile.</summary>
    internal const int Values = 4;

    /// <summary>
    /// Doubles from one packed line to the next: its rows and one more line, because a pitch of a power of two would map every
    /// line to the same sets of the L1 cache.
    /// </summary>
    internal const int LinePitch = (Rows * Line.Lanes) + Line.Lanes;

    internal static void AddTileOfTwoLines(ref double left, ref double right, int rows, ref double c, nint stride, double factor)
    {
        Vector512<double> c00 = Vector512<double>.Zero;
        Vector512<double> c01 = Vector512<double>.Zero;
        Vector512<double> c10 = Vector512<double>.Zero;
        Vector512<double> c11 = Vector512<double>.Zero;
        Vector512<double> c20 = Vector512<double>.Zero;
        Vector512<double> c21 = Vector512<double>.Zero;
        Vector512<double> c30 = Vector512<double>.Zero;
        Vector512<double> c31 = Vector512<double>.Zero;
        for (int row = 0; row < rows; row++)
        {
            Vector512<double> line0 = Line.Load(ref right, 0);
            Vector512<double> line1 = Line.Load(ref right, LinePitch);
            Vector512<double> value = Vector512.Create(left);
            c00 = Vector512.MultiplyAddEstimate(value, line0, c00);
            c01 = Vector512.MultiplyAddEstimate(value, line1, c01);
            value = Vector512.Create(Unsafe.Add(ref left, 1));
            c10 = Vector512.MultiplyAddEstimate(value, line0, c10);
            c11 = Vector512.MultiplyAddEstimate(value, line1, c11);
            value = Vector512.Create(Unsafe.Add(ref left, 2));
            c20 = Vector512.MultiplyAddEstimate(value, line0, c20);
            c21 = Vector512.MultiplyAddEstimate(value, line1, c21);
            value = Vector512.Create(Unsafe.Add(ref left, 3));
            c30 = Vector512.MultiplyAddEstimate(value, line0, c30);
            c31 = Vector512.MultiplyAddEstimate(value, line1, c31);
            left = ref Unsafe.Add(ref left, Line.Lanes);
            right = ref Unsafe.Add(ref right, Line.Lanes);
        }

        AddTo(ref c, c00, c01, factor);
        AddTo(ref Unsafe.Add(ref c, stride), c10, c11, factor);
        AddTo(ref Unsafe.Add(ref c, 2 * stride), c20, c21, factor);
        AddTo(ref Unsafe.Add(ref c, 3 * stride), c30, c31, factor);
    }

    internal static void AddTileOfOneLine(ref double left, ref double right, int rows, ref double c, nint stride, double factor)
    {
        Vector512<double> c0 = Vector512<double>.Zero;
        Vector512<double> c1 = Vector512<double>.Zero;
        Vector512<double> c2 = Vector512<double>.Zero;
        Vector512<double> c3 = Vector512<double>.Zero;
        for (int row = 0; row < rows; row++)
        {
            Vector512<double> line = Line.Load(ref right, 0);
            c0 = Vector512.MultiplyAddEstimate(Vector512.Create(left), line, c0);
            c1 = Vector512.MultiplyAddEstimate(Vector512.Create(Unsafe.Add(ref left, 1)), line, c1);
            c2 = Vector512.MultiplyAddEstimate(Vector512.Create(Unsafe.Add(ref left, 2)), line, c2);
            c3 = Vector512.MultiplyAddEstimate(Vector512.Create(Unsafe.Add(ref left, 3)), line, c3);
            left = ref Unsafe.Add(ref left, Line.Lanes);
            right = ref Unsafe.Add(ref right, Line.Lanes);
        }

        AddTo(ref c, c0, factor);
        AddTo(ref Unsafe.Add(ref c, stride), c1, factor);
        AddTo(ref Unsafe.Add(ref c, 2 * stride), c2, factor);
        AddTo(ref Unsafe.Add(ref c, 3 * stride), c3, factor);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddTo(ref double c, Vector512<double> line0, Vector512<double> line1, double factor)
    {
        AddTo(ref c, line0, factor);
        AddTo(ref Unsafe.Add(ref c, Line.Lanes), line1, factor);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddTo(ref double c, Vector512<double> line, double factor) =>
        Vector512.MultiplyAddEstimate(line, Vector512.Create(factor), Line.Load(ref c, 0)).StoreUnsafe(ref c);
}
