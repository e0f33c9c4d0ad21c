using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HpcLinReg.Kernels;

/// <summary>
/// The inner loops of an update and a downdate of a triangular factor, in double-double, whole lines at a time. Lanes never meet, so any vector width
/// gives the same bits. 34 operations a pair of elements, 64 bytes read and written.
/// </summary>
/// <remarks>
/// Each result errs by at most 8u² of the sum of the magnitudes of its terms, u = 2⁻⁵³. Results of the row <c>x</c> are not normalized: their low part
/// may be as large as a rounding of the largest value the element had on the way.
/// </remarks>
internal static class RowElimination
{
    /// <summary>x ← x − p·r, then r ← r + β·x with the new x, behind a column.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void In(ref double x, ref double xLow, ref double r, ref double rLow, int column, int end, DoubleDouble pivot, DoubleDouble share)
    {
        DoubleDoubleLine p = DoubleDoubleLine.Create(-pivot);
        DoubleDoubleLine beta = DoubleDoubleLine.Create(share);
        Vector512<double> mask = Behind(column);
        for (int j = FirstLine(column); j < end; j += Line.Lanes)
        {
            DoubleDoubleLine row = DoubleDoubleLine.Load(ref r, ref rLow, j);
            DoubleDoubleLine next = And(MultiplyAdd(p, row, DoubleDoubleLine.Load(ref x, ref xLow, j)), mask);
            mask = Vector512<double>.AllBitsSet;
            next.Store(ref x, ref xLow, j);
            Normalize(MultiplyAdd(beta, next, row)).Store(ref r, ref rLow, j);
        }
    }

    /// <summary>
    /// x ← x − p·r and r ← c·r + β·x with the old x: the same as <see cref="In"/> with c = 1 − β·p, and without its cancellation where little is left of r.
    /// </summary>
    internal static void Replace(
        ref double x, ref double xLow, ref double r, ref double rLow, int column, int end, DoubleDouble pivot, DoubleDouble share, DoubleDouble rest)
    {
        DoubleDoubleLine p = DoubleDoubleLine.Create(-pivot), beta = DoubleDoubleLine.Create(share), c = DoubleDoubleLine.Create(rest);
        Vector512<double> mask = Behind(column);
        for (int j = FirstLine(column); j < end; j += Line.Lanes)
        {
            DoubleDoubleLine row = DoubleDoubleLine.Load(ref r, ref rLow, j), old = And(DoubleDoubleLine.Load(ref x, ref xLow, j), mask);
            mask = Vector512<double>.AllBitsSet;
            MultiplyAdd(p, row, old).Store(ref x, ref xLow, j);
            Normalize(MultiplyAdd(beta, old, c * row)).Store(ref r, ref rLow, j);
        }
    }

    /// <summary>x ← x − p·r.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Reduce(ref double x, ref double xLow, ref double r, ref double rLow, int column, int end, DoubleDouble pivot)
    {
        DoubleDoubleLine p = DoubleDoubleLine.Create(-pivot);
        for (int j = FirstLine(column); j < end; j += Line.Lanes)
        {
            MultiplyAdd(p, DoubleDoubleLine.Load(ref r, ref rLow, j), DoubleDoubleLine.Load(ref x, ref xLow, j)).Store(ref x, ref xLow, j);
        }
    }

    /// <summary>r ← r − β·x, and x ← x + p·r with the old r, behind a column; x in the column becomes p.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Out(ref double x, ref double xLow, ref double r, ref double rLow, int column, int end, DoubleDouble pivot, DoubleDouble share)
    {
        DoubleDoubleLine p = DoubleDoubleLine.Create(pivot);
        DoubleDoubleLine beta = DoubleDoubleLine.Create(-share);
        int lane = column & (Line.Lanes - 1);
        Vector512<double> own = Line.FirstLanes(lane + 1) & ~Line.FirstLanes(lane);
        for (int j = column & -Line.Lanes; j < end; j += Line.Lanes)
        {
            DoubleDoubleLine row = DoubleDoubleLine.Load(ref r, ref rLow, j);
            DoubleDoubleLine next = DoubleDoubleLine.Load(ref x, ref xLow, j);
            Normalize(MultiplyAdd(beta, next, row)).Store(ref r, ref rLow, j);
            next = Normalize(MultiplyAdd(p, row, next));
            new DoubleDoubleLine(Vector512.ConditionalSelect(own, p.High, next.High), Vector512.ConditionalSelect(own, p.Low, next.Low)).Store(ref x, ref xLow, j);
            own = Vector512<double>.Zero;
        }
    }

    /// <summary>Σ rⱼwⱼ in double: even lines and odd lines in a chain each. Errs by at most (lines/2 + 5) roundings of Σ|rⱼwⱼ|.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static double Dot(ref double r, ref double w, int first, int end)
    {
        Vector512<double> even = Vector512<double>.Zero, odd = Vector512<double>.Zero;
        int j = first;
        for (; j < end - Line.Lanes; j += 2 * Line.Lanes)
        {
            even = Vector512.MultiplyAddEstimate(Line.Load(ref r, j), Line.Load(ref w, j), even);
            odd = Vector512.MultiplyAddEstimate(Line.Load(ref r, j + Line.Lanes), Line.Load(ref w, j + Line.Lanes), odd);
        }

        if (j < end)
        {
            even = Vector512.MultiplyAddEstimate(Line.Load(ref r, j), Line.Load(ref w, j), even);
        }

        return Line.Fold(even + odd);
    }

    /// <summary>z ← z + factor·|r|.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void AddMagnitudes(ref double z, ref double r, int first, int end, double factor)
    {
        Vector512<double> f = Vector512.Create(factor);
        for (int j = first; j < end; j += Line.Lanes)
        {
            Vector512.MultiplyAddEstimate(f, Vector512.Abs(Line.Load(ref r, j)), Line.Load(ref z, j)).StoreUnsafe(ref z, (nuint)j);
        }
    }

    /// <summary>a·b + c, the low part rounded once and not normalized.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static DoubleDoubleLine MultiplyAdd(DoubleDoubleLine a, DoubleDoubleLine b, DoubleDoubleLine c)
    {
        Vector512<double> product = a.High * b.High;
        Vector512<double> error = DoubleDoubleLine.ProductError(a.High, b.High, product);
        error = Vector512.MultiplyAddEstimate(a.High, b.Low, Vector512.MultiplyAddEstimate(a.Low, b.High, error));
        DoubleDoubleLine sum = DoubleDoubleLine.Sum(product, c.High);
        return new DoubleDoubleLine(sum.High, sum.Low + (error + c.Low));
    }

    /// <summary>The line in which what lies behind a column begins.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int FirstLine(int column) => (column + 1) & -Line.Lanes;

    /// <summary>The lanes behind a column in that line, all of them where it ends one. A scalar store of 0 in the place of a mask would make the next load of the line wait for it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Behind(int column)
    {
        int lanes = Line.Lanes - 1 - (column & (Line.Lanes - 1));
        return lanes == 0 ? Vector512<double>.AllBitsSet : Line.TailMask(lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static DoubleDoubleLine And(DoubleDoubleLine line, Vector512<double> mask) => new(line.High & mask, line.Low & mask);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static DoubleDoubleLine Normalize(DoubleDoubleLine value)
    {
        Vector512<double> sum = value.High + value.Low;
        return new DoubleDoubleLine(sum, value.Low - (sum - value.High));
    }
}
