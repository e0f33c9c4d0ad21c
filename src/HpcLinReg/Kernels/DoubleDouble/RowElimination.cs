using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HpcLinReg.Kernels;

/// <summary>
/// The inner loops of adding a row to a triangular factor, and removing one, in double-double and in whole lines. They work element by
/// element, so any vector width gives the same bits. 34 operations for a pair of elements, 64 bytes read and written.
/// </summary>
/// <remarks>
/// Notation: x is the row that is added or removed, r a row of the factor L, D the diagonal, p the value of x in the column of r, v the
/// weight, t the growth (RowFactor.Add). The error of each result is at most 8u² of the sum of the magnitudes of its terms, u = 2⁻⁵³.
/// Elements of x are not normalized: a low part may be as large as one rounding of the largest value that the element had in between.
/// </remarks>
internal static class RowElimination
{
    /// <summary>
    /// The length of the working memory for adding a row, whose columns are processed a line at a time. It holds, as lines of high parts
    /// followed by lines of low parts: v/D, v·p/D, t, −p, β, and the row x after each of the eight columns; t has two lines each, because
    /// it begins with the value before the first column.
    /// </summary>
    internal const int StepsLength = 28 * Line.Lanes;

    private const int Weighted = 0, Shares = 2 * Line.Lanes, Growths = 4 * Line.Lanes, Pivots = 8 * Line.Lanes, Gains = 10 * Line.Lanes,
    Rows = 12 * Line.Lanes;

    /// <summary>Begins a line of columns, or its rest from a column on: computes v/D of the line, and stores t before the column.</summary>
    internal static void Begin(ref double steps, ref double inverses, ref double inversesLow, int column, DoubleDouble weight,
        DoubleDouble t)
    {
        int line = column & -Line.Lanes;
        (DoubleDoubleLine.Load(ref inverses, ref inversesLow, line) * DoubleDoubleLine.Create(weight))
            .Store(ref Unsafe.Add(ref steps, Weighted), ref Unsafe.Add(ref steps, Weighted + Line.Lanes), 0);
        ref double growth = ref Unsafe.Add(ref steps, Growths + (column & (Line.Lanes - 1)));
        (growth, Unsafe.Add(ref growth, 2 * Line.Lanes)) = t;
    }

    /// <summary>Returns v/D of a column.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static DoubleDouble WeightedInverse(ref double steps, int column)
    {
        ref double step = ref Unsafe.Add(ref steps, Weighted + (column & (Line.Lanes - 1)));
        return new DoubleDouble(step, Unsafe.Add(ref step, Line.Lanes));
    }

    /// <summary>Stores v·p/D of a column, and t after it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Note(ref double steps, int column, DoubleDouble share, DoubleDouble t)
    {
        ref double step = ref Unsafe.Add(ref steps, column & (Line.Lanes - 1));
        (Unsafe.Add(ref step, Shares), Unsafe.Add(ref step, Shares + Line.Lanes)) = share;
        (Unsafe.Add(ref step, Growths + 1), Unsafe.Add(ref step, Growths + 1 + (2 * Line.Lanes))) = t;
    }

    /// <summary>
    /// Computes x ← x − p·r in the line that contains the column, where p is x in the column; r is 0 up to the column, so p itself stays.
    /// Stores the new x for <see cref="In"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void ReduceOwnLine(ref double x, ref double xLow, ref double r, ref double rLow, ref double steps, int column)
    {
        int line = column & -Line.Lanes;
        var p = new DoubleDoubleLine(-Vector512.Create(Unsafe.Add(ref x, column)), -Vector512.Create(Unsafe.Add(ref xLow, column)));
        DoubleDoubleLine next = MultiplyAdd(p, DoubleDoubleLine.Load(ref r, ref rLow, line), DoubleDoubleLine.Load(ref x, ref xLow, line));
        next.Store(ref x, ref xLow, line);
        ref double row = ref Unsafe.Add(ref steps, Rows + ((column - line) * 2 * Line.Lanes));
        next.Store(ref row, ref Unsafe.Add(ref row, Line.Lanes), 0);
    }

    /// <summary>
    /// Adds the row in the columns first to last − 1 of one line, whose values p are in x: x ← x − p·r in the lines behind; r ← r + β·x,
    /// with x as it is after the column and β = v·p/(D·tₖ); and 1/D ← 1/D·tₖ₋₁/tₖ. Columns where p is 0 do not change. A line of x stays in
    /// registers from column to column.
    /// </summary>
    internal static void In(
        ref double x, ref double xLow, ref double r, ref double rLow, ref double inverses, ref double inversesLow, ref double steps,
        int first, int last,
        int stride)
    {
        if (first >= last)
        {
            return;
        }

        int line = first & -Line.Lanes;
        UpdateInverses(
            ref Unsafe.Add(ref x, line), ref Unsafe.Add(ref xLow, line), ref Unsafe.Add(ref inverses, line),
            ref Unsafe.Add(ref inversesLow, line), ref steps,
            first - line, last - line);
        for (int k = first; k < last && k < line + Line.Lanes - 1; k++)
        {
            ref double row = ref Unsafe.Add(ref steps, Rows + ((k - line) * 2 * Line.Lanes)),
            gain = ref Unsafe.Add(ref steps, Gains + k - line);
            var beta = new DoubleDoubleLine(Vector512.Create(gain), Vector512.Create(Unsafe.Add(ref gain, Line.Lanes)));
            DoubleDoubleLine next = And(DoubleDoubleLine.Load(ref row, ref Unsafe.Add(ref row, Line.Lanes), 0), Behind(k));
            int at = (k * stride) + line;
            Normalize(MultiplyAdd(beta, next, DoubleDoubleLine.Load(ref r, ref rLow, at))).Store(ref r, ref rLow, at);
        }

        for (int j = line + Line.Lanes; j < stride; j += Line.Lanes)
        {
            ref double behind = ref Unsafe.Add(ref r, (first * stride) + j), behindLow = ref Unsafe.Add(ref rLow, (first * stride) + j);
            InBehind(ref Unsafe.Add(ref x, j), ref Unsafe.Add(ref xLow, j), ref behind, ref behindLow,
                ref Unsafe.Add(ref steps, Pivots + first - line), last - first, stride);
        }
    }

    /// <summary>Computes 1/D, −p and β of the columns of a line.</summary>
    private static void UpdateInverses(ref double x, ref double xLow, ref double inverses, ref double inversesLow, ref double steps,
        int first, int last)
    {
        ref double t = ref Unsafe.Add(ref steps, Growths), tLow = ref Unsafe.Add(ref t, 2 * Line.Lanes);
        DoubleDoubleLine p = DoubleDoubleLine.Load(ref x, ref xLow, 0), inverse = DoubleDoubleLine.Load(ref inverses, ref inversesLow, 0);
        DoubleDoubleLine left = DoubleDoubleLine.Load(ref t, ref tLow, 1).Reciprocal();
        DoubleDoubleLine next = inverse * (DoubleDoubleLine.Load(ref t, ref tLow, 0) * left);
        Vector512<double> own = Line.FirstLanes(last) & ~Line.FirstLanes(first) & ~Vector512.Equals(p.High, Vector512<double>.Zero);
        Vector512.ConditionalSelect(own, next.High, inverse.High).StoreUnsafe(ref inverses);
        Vector512.ConditionalSelect(own, next.Low, inverse.Low).StoreUnsafe(ref inversesLow);
        ref double pivots = ref Unsafe.Add(ref steps, Pivots);
        new DoubleDoubleLine(-p.High, -p.Low).Store(ref pivots, ref Unsafe.Add(ref pivots, Line.Lanes), 0);
        ref double shares = ref Unsafe.Add(ref steps, Shares), gains = ref Unsafe.Add(ref steps, Gains);
        (DoubleDoubleLine.Load(ref shares, ref Unsafe.Add(ref shares, Line.Lanes), 0) * left).Store(ref gains,
            ref Unsafe.Add(ref gains, Line.Lanes), 0);
    }

    /// <summary>Computes x ← x − p·r and r ← r + β·x for the columns of one line, in one of the lines behind.</summary>
    private static void InBehind(ref double x, ref double xLow, ref double r, ref double rLow, ref double steps, int columns, int stride)
    {
        var next = DoubleDoubleLine.Load(ref x, ref xLow, 0);
        for (int k = 0; k < columns; k++)
        {
            ref double step = ref Unsafe.Add(ref steps, k);
            var p = new DoubleDoubleLine(Vector512.Create(step), Vector512.Create(Unsafe.Add(ref step, Line.Lanes)));
            var beta = new DoubleDoubleLine(Vector512.Create(Unsafe.Add(ref step, 2 * Line.Lanes)),
                Vector512.Create(Unsafe.Add(ref step, 3 * Line.Lanes)));
            var row = DoubleDoubleLine.Load(ref r, ref rLow, k * stride);
            next = MultiplyAdd(p, row, next);
            Normalize(MultiplyAdd(beta, next, row)).Store(ref r, ref rLow, k * stride);
        }

        next.Store(ref x, ref xLow, 0);
    }

    /// <summary>
    /// Computes x ← x − p·r and r ← c·r + β·x with the old x. It equals <see cref="In"/> with c = 1 − β·p, but does not cancel where c is
    /// small because the row dominates r.
    /// </summary>
    internal static void Replace(
        ref double x, ref double xLow, ref double r, ref double rLow, int column, int end, DoubleDouble pivot, DoubleDouble share,
        DoubleDouble rest)
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

    /// <summary>Computes x ← x − p·r behind a column.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Reduce(ref double x, ref double xLow, ref double r, ref double rLow, int column, int end, DoubleDouble pivot)
    {
        var p = DoubleDoubleLine.Create(-pivot);
        for (int j = FirstLine(column); j < end; j += Line.Lanes)
        {
            MultiplyAdd(p, DoubleDoubleLine.Load(ref r, ref rLow, j), DoubleDoubleLine.Load(ref x, ref xLow, j)).Store(ref x, ref xLow, j);
        }
    }

    /// <summary>
    /// Removes a row in one column: r ← r − β·x and x ← x + p·r with the old r, behind the column; x in the column becomes p.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Out(ref double x, ref double xLow, ref double r, ref double rLow, int column, int end, DoubleDouble pivot,
        DoubleDouble share)
    {
        var p = DoubleDoubleLine.Create(pivot);
        var beta = DoubleDoubleLine.Create(-share);
        int lane = column & (Line.Lanes - 1);
        Vector512<double> own = Line.FirstLanes(lane + 1) & ~Line.FirstLanes(lane);
        for (int j = column & -Line.Lanes; j < end; j += Line.Lanes)
        {
            var row = DoubleDoubleLine.Load(ref r, ref rLow, j);
            var next = DoubleDoubleLine.Load(ref x, ref xLow, j);
            Normalize(MultiplyAdd(beta, next, row)).Store(ref r, ref rLow, j);
            next = Normalize(MultiplyAdd(p, row, next));
            new DoubleDoubleLine(Vector512.ConditionalSelect(own, p.High, next.High),
                Vector512.ConditionalSelect(own, p.Low, next.Low)).Store(ref x, ref xLow, j);
            own = Vector512<double>.Zero;
        }
    }

    /// <summary>
    /// Computes Σ rⱼwⱼ in double-double: one chain in each lane, then the halves of the line are added to each other. The error is at most
    /// (lines + 10)·8u² of Σ|rⱼwⱼ|.
    /// </summary>
    internal static DoubleDouble Dot(ref double r, ref double rLow, ref double w, int first, int end)
    {
        DoubleDoubleLine sum = new(Vector512<double>.Zero, Vector512<double>.Zero);
        for (int j = first; j < end; j += Line.Lanes)
        {
            var factor = new DoubleDoubleLine(Line.Load(ref w, j), Vector512<double>.Zero);
            sum = Normalize(MultiplyAdd(factor, DoubleDoubleLine.Load(ref r, ref rLow, j), sum));
        }

        // Halves are added to each other, so three additions in sequence are enough, instead of seven.
        sum += new DoubleDoubleLine(SwapHalves(sum.High), SwapHalves(sum.Low));
        sum += new DoubleDoubleLine(SwapQuarters(sum.High), SwapQuarters(sum.Low));
        return new DoubleDouble(sum.High[0], sum.Low[0]) + new DoubleDouble(sum.High[1], sum.Low[1]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> SwapHalves(Vector512<double> line) => Vector512.Create(line.GetUpper(), line.GetLower());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> SwapQuarters(Vector512<double> line) =>
        Vector512.Shuffle(line, Vector512.Create(2L, 3, 0, 1, 6, 7, 4, 5));

    /// <summary>Computes z ← z + factor·|r|.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void AddMagnitudes(ref double z, ref double r, int first, int end, double factor)
    {
        var f = Vector512.Create(factor);
        for (int j = first; j < end; j += Line.Lanes)
        {
            Vector512.MultiplyAddEstimate(f, Vector512.Abs(Line.Load(ref r, j)), Line.Load(ref z, j)).StoreUnsafe(ref z, (nuint)j);
        }
    }

    /// <summary>Returns a·b + c; the result is not normalized.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static DoubleDoubleLine MultiplyAdd(DoubleDoubleLine a, DoubleDoubleLine b, DoubleDoubleLine c)
    {
        Vector512<double> product = a.High * b.High;
        Vector512<double> error = DoubleDoubleLine.ProductError(a.High, b.High, product);
        error = Vector512.MultiplyAddEstimate(a.High, b.Low, Vector512.MultiplyAddEstimate(a.Low, b.High, error));
        var sum = DoubleDoubleLine.Sum(product, c.High);
        return new DoubleDoubleLine(sum.High, sum.Low + (error + c.Low));
    }

    /// <summary>Returns the start of the line that contains the column behind this one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int FirstLine(int column) => (column + 1) & -Line.Lanes;

    /// <summary>
    /// Returns a mask of the lanes behind a column in that line; all lanes if the column is the last of its line. A mask, because the load
    /// of a line that follows a scalar store of 0 into it would have to wait.
    /// </summary>
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
