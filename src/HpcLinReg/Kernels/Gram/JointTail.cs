using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HpcLinReg.Kernels;

/// <summary>
/// The last line, or half of one, of joint rows [x | y]: some columns of x, then the only column of y, if it has one. Lanes
/// behind the last joint column have arbitrary values, which affect only outputs that no Gram kernel reads. Only
/// the last few rows, behind which the buffer may end, are copied.
/// </summary>
internal readonly ref struct JointTail<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// The length of the working memory into which the last rows are copied: at most seven, for x of one column and stride 1.
    /// </summary>
    internal const int ScratchLength = Line.Lanes * Line.Lanes;

    private readonly ref T _x;
    private readonly ref T _last;
    private readonly ref T _y;

    /// <summary>Creates the view of the last line, or half line, of [x | y].</summary>
    internal JointTail(MatrixSpan<T> x, MatrixSpan<T> y, int lanes, Span<T> scratch)
    {
        Columns = x.Columns + y.Columns;
        int start = (Columns - 1) / lanes * lanes;
        int count = x.Columns - start;
        scratch.Clear();
        _last = ref MemoryMarshal.GetReference(scratch);
        Target = y.Columns == 0
            ? Vector512<double>.Zero
            : Line.FirstLanes(count + 1) & ~Line.FirstLanes(count);
        _y = ref y.Columns == 0 ? ref _last : ref MemoryMarshal.GetReference(y.Values);
        YStride = y.Columns == 0 ? 0 : y.RowStride;
        _x = ref _last;
        Inside = x.Rows;
        if (count > 0 && x.Rows > 0)
        {
            _x = ref Unsafe.Add(ref MemoryMarshal.GetReference(x.Values), start);
            XStride = x.RowStride;
            int room = x.Values.Length - start - lanes;
            Inside = Math.Min(x.Rows, room < 0 ? 0 : (room / x.RowStride) + 1);
            for (int row = Inside; row < x.Rows; row++)
            {
                x[row][start..].CopyTo(scratch[((row - Inside) * Line.Lanes)..]);
            }
        }
    }

    /// <summary>Gets the number of joint columns.</summary>
    internal int Columns { get; }

    /// <summary>Gets the number of rows that can be read in place; from this row on <see cref="X"/> is a copy.</summary>
    internal int Inside { get; }

    /// <summary>Gets the distance from one row of x to the next, before <see cref="Inside"/>.</summary>
    internal nint XStride { get; }

    /// <summary>Gets the distance from one cell of y to the next.</summary>
    internal nint YStride { get; }

    /// <summary>Gets a mask of the lane of y; no lane without y.</summary>
    internal Vector512<double> Target { get; }

    /// <summary>
    /// Returns the first cell of the line's part of x in one row. From <see cref="Inside"/> on, rows follow each other at
    /// <see cref="Line.Lanes"/> elements.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref T X(int row) =>
        ref row < Inside ? ref Unsafe.Add(ref _x, row * XStride) : ref Unsafe.Add(ref _last, (row - Inside) * Line.Lanes);

    /// <summary>Returns the cell of y in one row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref T Y(int row) => ref Unsafe.Add(ref _y, row * YStride);

    /// <summary>Loads the last line of one row, widened to double.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Vector512<double> Load(int row) => Load(ref X(row), ref Y(row), Target);

    /// <summary>
    /// Loads the last line of one row, widened to double, for a loop that moves from row to row itself and keeps the mask in a register.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<double> Load(ref T x, ref T y, Vector512<double> target) =>
        Vector512.ConditionalSelect(target, Line.Repeat(ref y), Line.Load(ref x, 0));

    /// <summary>Loads the last half line of one row, as <see cref="Load(ref T, ref T, Vector512{double})"/> does a line.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<double> LoadHalf(ref T x, ref T y, Vector256<double> target) =>
        Vector256.ConditionalSelect(target, Line.RepeatHalf(ref y), Line.LoadHalf(ref x, 0));
}
