using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HpcLinReg.Kernels;

/// <summary>
/// Computes a tile of a matrix product in registers: c += factor·Σₖ aₖbₖᵀ over rows k, for one line a of columns and one or two lines b.
/// Each output is one chain over k, which is added to c at its end; lanes are different outputs, so the shape of the tile may follow the
/// machine without changing bits. Rows may be packed (the rows of a line follow one another, and the next line begins
/// <see cref="LinePitch"/> further on) or lie in a matrix.
/// </summary>
/// <remarks>
/// With 32 registers of 512 bits, eight values by two lines: sixteen accumulators, two loaded lines and eight broadcasts for
/// sixteen multiply-adds, so that a CPU that loads two lines and starts two multiply-adds in a cycle is bound by the latter. With
/// sixteen of 256 bits, four values by one line: eight accumulators (a multiply-add takes four cycles and two start in each);
/// wider tiles spill and ran at half the speed.
/// </remarks>
internal static class RegisterTile
{
    /// <summary>The number of rows a packed line has room for.</summary>
    internal const int Rows = Threads.RowBlocks.PanelRows;

    /// <summary>
    /// The distance in doubles from one packed line to the next: its rows and one more line, because a distance of a power of two would map
    /// all lines to the same sets of the L1 cache.
    /// </summary>
    internal const int LinePitch = (Rows * Line.Lanes) + Line.Lanes;

    /// <summary>Adds the products of the eight columns of a with one or two lines b.</summary>
    /// <param name="left">The line a.</param>
    /// <param name="right">The first line b.</param>
    /// <param name="lines">The number of lines b: 1 or 2.</param>
    /// <param name="rowPitch">The distance from one row k of a line to the next.</param>
    /// <param name="linePitch">The distance from one line b to the next.</param>
    /// <param name="rows">The number of rows k.</param>
    /// <param name="outputs">Where the outputs are added, the factor, and what is prefetched.</param>
    /// <remarks>
    /// Inlined, so that the outputs' four values stay in registers: through memory they cost a tenth of a Cholesky factorization of order
    /// 64.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Add(ref double left, ref double right, int lines, nint rowPitch, nint linePitch, int rows, TileOutputs outputs)
    {
        ref double c = ref outputs.First;
        nint stride = outputs.Stride;
        PrefetchWalk walk = outputs.Walk.Step == 0 ? new PrefetchWalk(Prefetch.AddressOf(ref left), 0) : outputs.Walk;

        if (!Vector512.IsHardwareAccelerated)
        {
            for (int line = 0; line < lines; line++)
            {
                ref double b = ref Unsafe.Add(ref right, line * linePitch);
                ref double target = ref Unsafe.Add(ref c, line * outputs.LineOffset);
                AddFourByOne(ref left, ref b, rowPitch, rows, ref target, stride, outputs.Factor, walk);
                AddFourByOne(ref Unsafe.Add(ref left, 4), ref b, rowPitch, rows, ref Unsafe.Add(ref target, 4 * stride), stride,
                    outputs.Factor, new PrefetchWalk(walk.Address, 0));
            }
        }
        else if (lines == 2)
        {
            AddEightByTwo(ref left, ref right, rowPitch, linePitch, rows, ref c, stride, outputs.LineOffset, outputs.Factor,
                walk);
        }
        else
        {
            AddEightByOne(ref left, ref right, rowPitch, rows, ref c, stride, outputs.Factor, walk);
        }
    }

    /// <summary>Adds eight values by two lines: sixteen accumulators.</summary>
    [Unrolled]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddEightByTwo(
        ref double left, ref double right, nint rowPitch, nint linePitch, int rows, ref double c, nint stride, nint lineOffset,
        double factor, PrefetchWalk walk)
    {
        nint ahead = walk.Address;
        Vector512<double> c00 = Vector512<double>.Zero;
        Vector512<double> c01 = Vector512<double>.Zero;
        Vector512<double> c10 = Vector512<double>.Zero;
        Vector512<double> c11 = Vector512<double>.Zero;
        Vector512<double> c20 = Vector512<double>.Zero;
        Vector512<double> c21 = Vector512<double>.Zero;
        Vector512<double> c30 = Vector512<double>.Zero;
        Vector512<double> c31 = Vector512<double>.Zero;
        Vector512<double> c40 = Vector512<double>.Zero;
        Vector512<double> c41 = Vector512<double>.Zero;
        Vector512<double> c50 = Vector512<double>.Zero;
        Vector512<double> c51 = Vector512<double>.Zero;
        Vector512<double> c60 = Vector512<double>.Zero;
        Vector512<double> c61 = Vector512<double>.Zero;
        Vector512<double> c70 = Vector512<double>.Zero;
        Vector512<double> c71 = Vector512<double>.Zero;
        for (int row = 0; row < rows; row++)
        {
            Vector512<double> line0 = Line.Load(ref right, 0);
            Vector512<double> line1 = Line.Load(ref Unsafe.Add(ref right, linePitch), 0);
            var value = Vector512.Create(left);
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
            value = Vector512.Create(Unsafe.Add(ref left, 4));
            c40 = Vector512.MultiplyAddEstimate(value, line0, c40);
            c41 = Vector512.MultiplyAddEstimate(value, line1, c41);
            value = Vector512.Create(Unsafe.Add(ref left, 5));
            c50 = Vector512.MultiplyAddEstimate(value, line0, c50);
            c51 = Vector512.MultiplyAddEstimate(value, line1, c51);
            value = Vector512.Create(Unsafe.Add(ref left, 6));
            c60 = Vector512.MultiplyAddEstimate(value, line0, c60);
            c61 = Vector512.MultiplyAddEstimate(value, line1, c61);
            value = Vector512.Create(Unsafe.Add(ref left, 7));
            c70 = Vector512.MultiplyAddEstimate(value, line0, c70);
            c71 = Vector512.MultiplyAddEstimate(value, line1, c71);
            Prefetch.IntoL2(ahead);
            ahead += walk.Step;
            left = ref Unsafe.Add(ref left, rowPitch);
            right = ref Unsafe.Add(ref right, rowPitch);
        }

        AddTo(ref c, lineOffset, c00, c01, factor);
        AddTo(ref Unsafe.Add(ref c, stride), lineOffset, c10, c11, factor);
        AddTo(ref Unsafe.Add(ref c, 2 * stride), lineOffset, c20, c21, factor);
        AddTo(ref Unsafe.Add(ref c, 3 * stride), lineOffset, c30, c31, factor);
        AddTo(ref Unsafe.Add(ref c, 4 * stride), lineOffset, c40, c41, factor);
        AddTo(ref Unsafe.Add(ref c, 5 * stride), lineOffset, c50, c51, factor);
        AddTo(ref Unsafe.Add(ref c, 6 * stride), lineOffset, c60, c61, factor);
        AddTo(ref Unsafe.Add(ref c, 7 * stride), lineOffset, c70, c71, factor);
    }

    /// <summary>Adds eight values by one line: eight accumulators.</summary>
    [Unrolled]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddEightByOne(ref double left, ref double right, nint rowPitch, int rows, ref double c, nint stride, double factor,
        PrefetchWalk walk)
    {
        nint ahead = walk.Address;
        Vector512<double> c0 = Vector512<double>.Zero;
        Vector512<double> c1 = Vector512<double>.Zero;
        Vector512<double> c2 = Vector512<double>.Zero;
        Vector512<double> c3 = Vector512<double>.Zero;
        Vector512<double> c4 = Vector512<double>.Zero;
        Vector512<double> c5 = Vector512<double>.Zero;
        Vector512<double> c6 = Vector512<double>.Zero;
        Vector512<double> c7 = Vector512<double>.Zero;
        for (int row = 0; row < rows; row++)
        {
            Vector512<double> line = Line.Load(ref right, 0);
            c0 = Vector512.MultiplyAddEstimate(Vector512.Create(left), line, c0);
            c1 = Vector512.MultiplyAddEstimate(Vector512.Create(Unsafe.Add(ref left, 1)), line, c1);
            c2 = Vector512.MultiplyAddEstimate(Vector512.Create(Unsafe.Add(ref left, 2)), line, c2);
            c3 = Vector512.MultiplyAddEstimate(Vector512.Create(Unsafe.Add(ref left, 3)), line, c3);
            c4 = Vector512.MultiplyAddEstimate(Vector512.Create(Unsafe.Add(ref left, 4)), line, c4);
            c5 = Vector512.MultiplyAddEstimate(Vector512.Create(Unsafe.Add(ref left, 5)), line, c5);
            c6 = Vector512.MultiplyAddEstimate(Vector512.Create(Unsafe.Add(ref left, 6)), line, c6);
            c7 = Vector512.MultiplyAddEstimate(Vector512.Create(Unsafe.Add(ref left, 7)), line, c7);
            Prefetch.IntoL2(ahead);
            ahead += walk.Step;
            left = ref Unsafe.Add(ref left, rowPitch);
            right = ref Unsafe.Add(ref right, rowPitch);
        }

        AddTo(ref c, c0, factor);
        AddTo(ref Unsafe.Add(ref c, stride), c1, factor);
        AddTo(ref Unsafe.Add(ref c, 2 * stride), c2, factor);
        AddTo(ref Unsafe.Add(ref c, 3 * stride), c3, factor);
        AddTo(ref Unsafe.Add(ref c, 4 * stride), c4, factor);
        AddTo(ref Unsafe.Add(ref c, 5 * stride), c5, factor);
        AddTo(ref Unsafe.Add(ref c, 6 * stride), c6, factor);
        AddTo(ref Unsafe.Add(ref c, 7 * stride), c7, factor);
    }

    /// <summary>Adds four values by one line: four accumulators of a line are eight of 256 bits.</summary>
    [Unrolled]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddFourByOne(ref double left, ref double right, nint rowPitch, int rows, ref double c, nint stride, double factor,
        PrefetchWalk walk)
    {
        nint ahead = walk.Address;
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
            Prefetch.IntoL2(ahead);
            ahead += walk.Step;
            left = ref Unsafe.Add(ref left, rowPitch);
            right = ref Unsafe.Add(ref right, rowPitch);
        }

        AddTo(ref c, c0, factor);
        AddTo(ref Unsafe.Add(ref c, stride), c1, factor);
        AddTo(ref Unsafe.Add(ref c, 2 * stride), c2, factor);
        AddTo(ref Unsafe.Add(ref c, 3 * stride), c3, factor);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddTo(ref double c, nint lineOffset, Vector512<double> line0, Vector512<double> line1, double factor)
    {
        AddTo(ref c, line0, factor);
        AddTo(ref Unsafe.Add(ref c, lineOffset), line1, factor);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddTo(ref double c, Vector512<double> line, double factor) =>
        Vector512.MultiplyAddEstimate(line, Vector512.Create(factor), Line.Load(ref c, 0)).StoreUnsafe(ref c);
}
