using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HpcLinReg.Kernels;

namespace HpcLinReg.Online;

/// <summary>
/// The factor of weighted rows [x | y], S = LᵀDL with L unit upper triangular and D diagonal, in double-double, to which rows are added and
/// from which they are taken: Σ v·xᵀx = LᵀDL, the column y carried along, and the sum of squares of y that the columns x do not explain.
/// </summary>
/// <remarks>
/// Without square roots (Gentleman 1973, <i>Least squares computations by Givens transformations without square roots</i>), and with one
/// reciprocal a column. A pivot of exactly 0 has a row of zeros: the columns before determine the column. Rows have whole lines; entries on
/// and below the diagonal and behind the last column are 0.
/// </remarks>
internal sealed class RowFactor
{
    /// <summary>
    /// A new pivot below this share of its column's sum of squares is rounding: 2⁻¹⁰⁰ of the column's length, sixteen times the roundoff of
    /// double-double.
    /// </summary>
    internal const double Noise = 1.0 / (1L << 50) / (1L << 50) / (1L << 50) / (1L << 50);

    /// <summary>2⁻⁴⁵: products with a low part up to this share are known to 2⁻⁹⁸, a step's error.</summary>
    private const double LargestLow = 1.0 / (1L << 45);

    private readonly LineBuffer _high;
    private readonly LineBuffer _low;

    /// <summary>1/D, and 0 for a pivot of 0: adding and removing rows need the inverse.</summary>
    private readonly LineBuffer _inverses;
    private readonly LineBuffer _inversesLow;

    /// <summary>Working memory of <see cref="Add"/>.</summary>
    private readonly LineBuffer _steps = new(RowElimination.StepsLength);

    internal RowFactor(int order)
    {
        Order = order;
        Stride = (order + Line.Lanes) / Line.Lanes * Line.Lanes;
        _high = new LineBuffer(checked(order * Stride));
        _low = new LineBuffer(order * Stride);
        _inverses = new LineBuffer(Stride);
        _inversesLow = new LineBuffer(Stride);
    }

    /// <summary>The number of columns x; y is the column of this index.</summary>
    internal int Order { get; }

    /// <summary>From row to row, and the length of vectors passed in: order + 1 padded to whole lines.</summary>
    internal int Stride { get; }

    /// <summary>Σ v(y − ŷ)².</summary>
    internal DoubleDouble Unexplained { get; set; }

    /// <summary>Row k of L; its entries behind k count.</summary>
    internal ReadOnlySpan<double> Row(int k) => _high.Span.Slice(k * Stride, Stride);

    /// <summary>Σⱼ Lₖⱼwⱼ over the columns behind k.</summary>
    internal DoubleDouble RowDot(int k, ReadOnlySpan<double> w) => RowElimination.Dot(
        ref _high[k * Stride], ref _low[k * Stride], ref MemoryMarshal.GetReference(w), RowElimination.FirstLine(k), Stride);

    /// <summary>D of column k, as a double.</summary>
    internal double Pivot(int k) => _inverses[k] == 0 ? 0 : 1 / _inverses[k];

    internal DoubleDouble Inverse(int k) => new(_inverses[k], _inversesLow[k]);

    internal DoubleDouble Entry(int k, int j) => new(_high[(k * Stride) + j], _low[(k * Stride) + j]);

    internal void SetPivot(int k, DoubleDouble pivot) => (_inverses[k], _inversesLow[k]) = pivot.High == 0 ? 0 : pivot.Reciprocal();

    internal void SetInverse(int k, DoubleDouble inverse) => (_inverses[k], _inversesLow[k]) = inverse;

    internal void SetEntry(int k, int j, DoubleDouble entry) => (_high[(k * Stride) + j], _low[(k * Stride) + j]) = entry;

    internal void Clear()
    {
        _high.Span.Clear();
        _low.Span.Clear();
        _inverses.Span.Clear();
        _inversesLow.Span.Clear();
        Unexplained = 0;
    }

    internal void CopyFrom(RowFactor other)
    {
        other._high.Span.CopyTo(_high);
        other._low.Span.CopyTo(_low);
        other._inverses.Span.CopyTo(_inverses);
        other._inversesLow.Span.CopyTo(_inversesLow);
        Unexplained = other.Unexplained;
    }

    /// <summary>Computes S ← S + v·xᵀx.</summary>
    /// <param name="row">
    /// x and y behind it, padded with zeros; receives the remainder of each column after the columns before it are eliminated.
    /// </param>
    /// <param name="rowLow">Their low parts.</param>
    /// <param name="weight">v &gt; 0.</param>
    /// <param name="squares">
    /// The columns' sums of squares, these rows included; a new pivot has to exceed their rounding error. Empty for no such test.
    /// </param>
    /// <param name="first">The first column that is not 0.</param>
    /// <remarks>
    /// With t₀ = 1 and tₖ = tₖ₋₁ + v·pₖ²/Dₖ, where pₖ is the row's residual in column k on the columns before: Dₖ ← Dₖ·tₖ/tₖ₋₁, row k of L
    /// gains v·pₖ/(Dₖtₖ) of the row. So only a sum runs from column to column (Gill, Golub, Murray, Saunders 1974, method C1), and all else
    /// is done for the columns of a line at once.
    /// </remarks>
    internal void Add(Span<double> row, Span<double> rowLow, DoubleDouble weight, ReadOnlySpan<double> squares, int first = 0)
    {
        ref double x = ref MemoryMarshal.GetReference(row);
        ref double xLow = ref MemoryMarshal.GetReference(rowLow);
        ref double inverses = ref _inverses.First;
        ref double inversesLow = ref _inversesLow.First;
        ref double high = ref _high.First;
        ref double low = ref _low.First;
        ref double steps = ref _steps.First;
        DoubleDouble t = 1;
        for (int k = first; k < Order;)
        {
            int end = Math.Min((k & -Line.Lanes) + Line.Lanes, Order), from = k;
            RowElimination.Begin(ref steps, ref inverses, ref inversesLow, k, weight, t);
            for (; k < end; k++)
            {
                // Normalizing would be a third of the chain from column to column. It is needed only where columns before cancel the row's
                // value.
                DoubleDouble p = new(Unsafe.Add(ref x, k), Unsafe.Add(ref xLow, k));
                if (!(Math.Abs(p.Low) <= Math.Abs(p.High) * LargestLow))
                {
                    p = DoubleDouble.Sum(p.High, p.Low);
                    (Unsafe.Add(ref x, k), Unsafe.Add(ref xLow, k)) = p;
                }

                DoubleDouble inverse = RowElimination.WeightedInverse(ref steps, k), share = inverse * p, growth = share * p;
                if (!(growth.High <= t.High) || (inverse.High == 0 && p.High != 0))
                {
                    RowElimination.In(ref x, ref xLow, ref high, ref low, ref inverses, ref inversesLow, ref steps, from, k, Stride);
                    weight = Replace(row, rowLow, weight * t.Reciprocal(), k, p, squares.IsEmpty ? 0 : Noise * squares[k]);
                    if (weight.High == 0)
                    {
                        return;
                    }

                    t = 1;
                    from = k + 1;
                    RowElimination.Begin(ref steps, ref inverses, ref inversesLow, from, weight, t);
                    continue;
                }

                t = AddPositive(t, growth);
                RowElimination.Note(ref steps, k, share, t);
                RowElimination.ReduceOwnLine(ref x, ref xLow, ref Unsafe.Add(ref high, k * Stride), ref Unsafe.Add(ref low, k * Stride),
                    ref steps, k);
            }

            RowElimination.In(ref x, ref xLow, ref high, ref low, ref inverses, ref inversesLow, ref steps, from, end, Stride);
        }

        var rest = DoubleDouble.Sum(row[Order], rowLow[Order]);
        Unexplained += weight * t.Reciprocal() * (rest * rest);
    }

    /// <summary>Adds one column where the row has the larger part of the pivot, or all of it.</summary>
    /// <returns>The weight of the row's remainder after the columns up to k are eliminated.</returns>
    private DoubleDouble Replace(Span<double> row, Span<double> rowLow, DoubleDouble weight, int k, DoubleDouble p, double noise)
    {
        DoubleDouble before = _inverses[k] == 0 ? 0 : Inverse(k).Reciprocal(), weighted = weight * p, pivot = before + (weighted * p);
        if (before.High == 0 && !(pivot.High > noise))
        {
            return weight;
        }

        DoubleDouble inverse = pivot.Reciprocal(), kept = before * inverse;
        (_inverses[k], _inversesLow[k]) = inverse;
        RowElimination.Replace(
            ref MemoryMarshal.GetReference(row), ref MemoryMarshal.GetReference(rowLow), ref _high[k * Stride], ref _low[k * Stride], k,
            Stride, p,
            weighted * inverse, kept);
        return weight * kept;
    }

    /// <summary>
    /// Overwrites x with p, Lᵀp = x, for <see cref="Remove"/>, and y with its residual on the columns x.
    /// </summary>
    /// <returns>1 − v·pᵀD⁻¹p, the share of the direction x that other rows hold; columns without a pivot are left out.</returns>
    internal DoubleDouble Prepare(Span<double> row, Span<double> rowLow, DoubleDouble weight)
    {
        ref double x = ref MemoryMarshal.GetReference(row);
        ref double xLow = ref MemoryMarshal.GetReference(rowLow);
        DoubleDouble share = 0;
        for (int k = 0; k < Order; k++)
        {
            var p = DoubleDouble.Sum(row[k], rowLow[k]);
            if (_inverses[k] != 0 && p.High != 0)
            {
                RowElimination.Reduce(ref x, ref xLow, ref _high[k * Stride], ref _low[k * Stride], k, Stride, p);
                share += weight * p * Inverse(k) * p;
            }
        }

        for (int k = 0; k <= Order; k++)
        {
            (row[k], rowLow[k]) = DoubleDouble.Sum(row[k], rowLow[k]);
        }

        return 1 - share;
    }

    /// <summary>Computes S ← S − v·xᵀx, with errors of a few roundings of S before, however small the remainder.</summary>
    /// <param name="prepared">p and the rest of y, as <see cref="Prepare"/> made them; columns without a pivot are ignored.</param>
    /// <param name="preparedLow">Their low parts.</param>
    /// <param name="weight">v.</param>
    /// <param name="rest">
    /// The result of <see cref="Prepare"/>, above 0; or 0 when no other row holds the direction, which then loses its pivot.
    /// </param>
    /// <param name="row">Working memory of whole lines.</param>
    /// <param name="rowLow">Its low parts.</param>
    /// <remarks>
    /// The row is built up again from its end, so that its errors shrink with the share of it that other rows have (LINPACK's dchdd;
    /// Stewart 1979).
    /// </remarks>
    internal void Remove(
        ReadOnlySpan<double> prepared, ReadOnlySpan<double> preparedLow, DoubleDouble weight, DoubleDouble rest, Span<double> row,
        Span<double> rowLow)
    {
        row.Clear();
        rowLow.Clear();
        if (rest.High > 0)
        {
            DoubleDouble y = new(prepared[Order], preparedLow[Order]);
            (row[Order], rowLow[Order]) = y;
            Unexplained -= weight * y * y * rest.Reciprocal();
        }

        ref double x = ref MemoryMarshal.GetReference(row);
        ref double xLow = ref MemoryMarshal.GetReference(rowLow);
        DoubleDouble behind = rest;
        for (int k = Order - 1; k >= 0; k--)
        {
            DoubleDouble p = new(prepared[k], preparedLow[k]), inverse = Inverse(k);
            if (inverse.High == 0 || p.High == 0)
            {
                continue;
            }

            DoubleDouble share = weight * p * inverse;
            DoubleDouble before = behind + (share * p);
            if (behind.High == 0)
            {
                RowElimination.Out(ref x, ref xLow, ref _high[k * Stride], ref _low[k * Stride], k, Stride, p, 0);
                Drop(k);
            }
            else
            {
                DoubleDouble left = behind.Reciprocal();
                (_inverses[k], _inversesLow[k]) = inverse * before * left;
                RowElimination.Out(ref x, ref xLow, ref _high[k * Stride], ref _low[k * Stride], k, Stride, p, share * left);
            }

            behind = before;
        }
    }

    /// <summary>Leaves out column k of x: the part of its row on the columns behind is added to their rows.</summary>
    internal void LeaveOut(int k, Span<double> row, Span<double> rowLow, ReadOnlySpan<double> squares)
    {
        DoubleDouble weight = _inverses[k] == 0 ? 0 : Inverse(k).Reciprocal();
        _high.Span.Slice(k * Stride, Stride).CopyTo(row);
        _low.Span.Slice(k * Stride, Stride).CopyTo(rowLow);
        Drop(k);
        if (weight.High > 0)
        {
            Add(row, rowLow, weight, squares, k + 1);
        }
    }

    /// <summary>Sets the pivot of column k to 0.</summary>
    internal void Drop(int k)
    {
        SetPivot(k, 0);
        _high.Span.Slice(k * Stride, Stride).Clear();
        _low.Span.Slice(k * Stride, Stride).Clear();
    }

    /// <summary>
    /// Changes the units of columns and weights: column j of [x | y] times 2^−shiftⱼ, all weights times 2^−fade. Exact within the range of
    /// double; a column whose pivot leaves it is left out.
    /// </summary>
    internal void Rescale(ReadOnlySpan<int> shifts, int fade, Span<double> row, Span<double> rowLow)
    {
        for (int k = 0; k < Order; k++)
        {
            if (_inverses[k] != 0 && -Math.ILogB(_inverses[k]) - fade - (2 * shifts[k]) < LeastPivot)
            {
                LeaveOut(k, row, rowLow, []);
            }
        }

        for (int k = 0; k < Order; k++)
        {
            (_inverses[k], _inversesLow[k]) = Shift(Inverse(k), fade + (2 * shifts[k]));
            for (int j = k + 1; j <= Order && _inverses[k] != 0; j++)
            {
                SetEntry(k, j, Shift(Entry(k, j), shifts[k] - shifts[j]));
            }
        }

        Unexplained = Shift(Unexplained, -fade - (2 * shifts[Order]));
    }

    private static DoubleDouble Shift(DoubleDouble value, int exponent) =>
        new(Math.ScaleB(value.High, exponent), Math.ScaleB(value.Low, exponent));

    /// <summary>Pivots below 2 to this, where columns are about 1, have faded below the digits of all other numbers.</summary>
    private const int LeastPivot = -850;

    /// <summary>a + b of positive numbers, within 2u² or so of the sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static DoubleDouble AddPositive(DoubleDouble a, DoubleDouble b)
    {
        var sum = DoubleDouble.Sum(a.High, b.High);
        double low = sum.Low + (a.Low + b.Low), high = sum.High + low;
        return new DoubleDouble(high, low - (high - sum.High));
    }
}
